### The fixed texts of an edition: PDF, HTML file and page of the portal. A template may override each of them.

## Parts

edition-contents = Inhoud
edition-abbreviations = Afkortingen
edition-other = Overige bijdragen
edition-general-remark = Algemene opmerking
edition-no-contributions = Deze organisatie heeft geen bijdragen in deze editie.
edition-nothing-inside = Deze editie bevat geen bijdragen.
edition-references = Verwijzingen
edition-note = Noot { $number }
edition-note-back = Terug naar noot { $number } in de tekst
edition-figures = Cijfers
edition-page = Pagina
edition-page-of = van
edition-contribution = Bijdrage

## Sections and contributions

edition-goals =
    { $count ->
        [one] Doel { $codes }
       *[other] Doelen { $codes }
    }
edition-subgoals =
    { $count ->
        [one] Subdoel { $codes }
       *[other] Subdoelen { $codes }
    }
edition-indicators =
    { $count ->
        [one] Indicator { $codes }
       *[other] Indicatoren { $codes }
    }
edition-no-indicator = Op het doel als geheel
edition-indicator-optional = facultatief
edition-indicator-target = Streven
edition-unanswered = niet beantwoord
edition-together-with = Samen met
edition-joint = Gezamenlijke bijdragen
edition-permalink = Vaste link naar deze passage
edition-permalink-contribution = Vaste link naar deze bijdrage

## Overview

edition-matrix = Wie rapporteerde waarover
edition-matrix-caption = Bijdragen per doel en organisatie
edition-matrix-help = Een paginanummer verwijst naar de eerste bijdrage van de organisatie aan het doel.
edition-matrix-none = geen bijdrage
edition-matrix-page = p.
edition-matrix-legend = Uitleg van tekens en afkortingen
edition-matrix-list = Per doel als lijst
edition-matrix-answer = { $heading }: { $state }
edition-state-answered = beantwoord
edition-state-partial = deels beantwoord
edition-state-nothing = beantwoord: niets te melden, geen cijfers of geen eigen beleid
edition-state-not-applicable = niet van toepassing
edition-state-excused = open, met reden
edition-state-open = open, zonder reden
edition-state-optional = open, niet verplicht

## Completeness and timeliness

edition-owed = Volledigheid en tijdigheid
edition-owed-caption = Verplichte onderdelen per organisatie
edition-owed-help = Geteld is wat een organisatie verplicht was te beantwoorden. Wie antwoordt dat er niets te melden is of dat de vraag niet van toepassing is, heeft geantwoord. Op tijd is wat uiterlijk op de sluitingsdatum voor het eerst is ingediend.
edition-owed-nothing = Voor deze ronde is niet vastgelegd wat organisaties moesten beantwoorden; volledigheid en tijdigheid zijn dus niet te geven.
edition-owed-part = { $part } van { $whole }
edition-owed-required = verplicht
edition-owed-answered = beantwoord
edition-owed-in-time = op tijd
edition-owed-late = te laat
edition-owed-accepted = met reden open
edition-owed-unexplained = zonder reden open
edition-owed-open = open
edition-owed-all = Alle organisaties
edition-owed-answered-with = Beantwoord met “{ $answer }”
edition-owed-accepted-gaps = Met reden open gebleven
edition-owed-no-accepted-gaps = Geen onderdeel is met een reden open gelaten.
edition-owed-open-gaps = Zonder reden open

## Figures

edition-figure-label = Omschrijving
edition-figure-value = Waarde
edition-figure-about = circa { $value }
edition-figure-at-least = ten minste { $value }
edition-figure-at-most = ten hoogste { $value }
edition-figure-euros = €{ "\u00A0" }{ $number }
edition-figure-dollars = US${ "\u00A0" }{ $number }
edition-figure-amount = { $currency }{ "\u00A0" }{ $number }
edition-figure-percentage = { $number }%
edition-figure-ratio = { $number }{ "\u00A0" }:{ "\u00A0" }{ $per }
edition-figure-with-unit = { $number }{ "\u00A0" }{ $unit }
edition-figure-in-year = { $year }: { $value }
edition-figure-counts = Telt
edition-figure-period = Periode
edition-figure-earlier = Eerder
edition-figure-target = Streefwaarde
edition-figure-break = Trendbreuk
edition-figure-caveat = Kanttekening

## Charts

edition-chart-from-to = { $label }: van { $first } in { $from } naar { $last } in { $until }
edition-chart-at = { $label }: { $last } in { $until }
edition-chart-target = streefwaarde { $value } in { $year }
edition-chart-target-name = streefwaarde
edition-chart-several = Cijfers over de jaren
edition-chart-amounts = Bedragen in deze bijdrage, in { $currency }
edition-chart-shares = Aandelen in deze bijdrage
edition-chart-share = { $label }: { $value }
edition-chart-part = aandeel
edition-chart-rest = overige
edition-chart-owed = Beantwoord: { $part } van { $whole } verplichte onderdelen
edition-chart-millions = { $number }{ "\u00A0" }mln
edition-chart-more = Meer staat in de tabel.
edition-chart-missing = geen opgave
edition-chart-not-exact = Open punten en gearceerde staven zijn geen exacte cijfers.
edition-chart-diamond = Een ruit is een streefwaarde.
edition-chart-year = Jaar
edition-chart-alt-lines = Lijngrafiek. { $title }. De tabel bij de grafiek geeft elk cijfer.
edition-chart-alt-bars = Staafgrafiek. { $title }. De tabel bij de grafiek geeft elk cijfer.
edition-chart-alt-parts = Staven in delen. { $title }. De tabel bij de grafiek geeft elk cijfer.

## What became of an indicator

edition-link-same = hetzelfde
edition-link-split = gesplitst
edition-link-merged = samengevoegd
edition-link-broadened = verbreed
edition-link-ended = beëindigd

## References

edition-reference-contribution = Bijdrage
edition-reference-parliamentary-paper = Kamerstuk
edition-reference-law = Regelgeving
edition-reference-document = Document
edition-reference-web = Website
edition-reference-other = Verwijzing

## Colophon

edition-colophon = Colofon
edition-colophon-note = Deze uitgave legt van elke bijdrage één revisie vast. Met het controlegetal is na te gaan dat de inhoud ongewijzigd is. Een verbetering verschijnt als nieuwe editie.
edition-colophon-edition = Editie
edition-colophon-date = Datum van uitgave
edition-colophon-cycle = Rapportageronde
edition-colophon-period = Verslagperiode
edition-colophon-framework = Resultatenkader
edition-colophon-framework-version = { $title } ({ $code }, versie { $version })
edition-colophon-gaps = Onderdelen die open bleven
edition-colophon-gaps-print = staan als open in deze editie
edition-colophon-gaps-refuse = alleen na aanvaarding met een reden
edition-colophon-review = Beoordeling
edition-colophon-review-none = geen: bijdragen zijn gepubliceerd zoals zij zijn ingediend, zonder goedkeuring door een tweede persoon
edition-colophon-review-four-eyes = vier ogen: niemand keurt goed of publiceert wat hij of zij zelf heeft ingediend
edition-colophon-overrides = Afwijkingen van het vierogenprincipe
edition-colophon-overrides-none = geen
edition-colophon-overrides-count = { $count } van { $decisions } beslissingen die een tweede persoon vragen: de goedkeuring van elke bijdrage en de publicatie
edition-colophon-override-approve = Goedgekeurd zonder tweede persoon
edition-colophon-override-publish = Gepubliceerd zonder tweede persoon
edition-colophon-override-other = Gedaan zonder tweede persoon
edition-colophon-override-confirmed = achteraf bevestigd door een tweede persoon
edition-colophon-override-unconfirmed = nog niet bevestigd door een tweede persoon
edition-colophon-left-out = Weggelaten bijdrage
edition-colophon-changes = Veranderd ten opzichte van
edition-colophon-changes-added = Toegevoegde bijdragen
edition-colophon-changes-changed = Gewijzigde bijdragen
edition-colophon-changes-withdrawn = Ingetrokken bijdragen
edition-colophon-changes-returned = Teruggegeven bijdragen, die niet opnieuw zijn ingediend
edition-colophon-changes-not-reporting = Bijdragen van organisaties die niet meer rapporteren
edition-colophon-changes-override-confirmed = Afwijkingen van het vierogenprincipe die zijn bevestigd
edition-colophon-changes-overrides = Andere afwijkingen van het vierogenprincipe
edition-colophon-changes-completeness = Wijzigingen in wat gevraagd, beantwoord of als open aanvaard is
edition-colophon-changes-names = Wijzigingen in namen van organisaties
edition-colophon-changes-left-out = Bijdragen die zijn weggelaten, of om een andere reden
edition-colophon-changes-cycle = Wijzigingen in wie rapporteert, in de versie van het plan of in de regels van deze ronde
edition-colophon-changes-other = Andere wijzigingen
edition-colophon-policy-unknown = zie het gegevensbestand van deze editie
edition-colophon-manifest = Controlegetal (SHA-256)

## Tables, in CSV and XLSX

edition-citation = Bronvermelding
edition-table-obligations = Verplichtingen
edition-table-contributions = Bijdragen
edition-column-organisation = Organisatie
edition-column-organisation-name = Naam van de organisatie
edition-column-goal-statement = Tekst van het doel
edition-column-required = Gevraagd
edition-column-answered = Beantwoord
edition-column-in-time = Op tijd
edition-column-accepted = Open met reden
edition-column-external-id = Eigen kenmerk
edition-column-partners = Samen met
edition-column-kind = Soort
edition-column-goals = Doelen
edition-column-indicators = Indicatoren
edition-column-reason = Reden
edition-column-section = Kopje
edition-column-language = Taal
edition-column-part = Deel
edition-column-text = Tekst
edition-column-content-hash = Controlegetal
edition-column-figure = Nummer van het cijfer
edition-column-row = Rij van het cijfer
edition-column-role = Rol
edition-column-per = Per
edition-column-unit = Eenheid
edition-column-precision = Nauwkeurigheid
edition-column-year = Jaar
edition-column-from = Van
edition-column-until = Tot en met
edition-column-fact = Feit
edition-obligation-open = Open
edition-obligation-drafted = Concept
edition-obligation-submitted = Ingediend
edition-obligation-returned = Teruggestuurd
edition-obligation-approved = Goedgekeurd
edition-obligation-nothing-to-report = Niets te melden
edition-obligation-not-applicable = Niet van toepassing
