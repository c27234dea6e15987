### The fixed texts of the portal’s pages.

## Every page

portal-documents = Documenten en gegevens
portal-feed = Nieuwe edities
portal-site-navigation = Hoofdmenu
portal-footer-navigation = Over deze site
portal-home = Plannen
portal-search = Zoeken
portal-about = Over
portal-accessibility = Toegankelijkheid
portal-other-language = English
portal-breadcrumbs = Kruimelpad
portal-dutch = Nederlands
portal-english = Engels
portal-download = Downloaden
portal-format-csv = Tabellen (CSV, in een zip)
portal-format-xlsx = Excel (XLSX)
portal-format-markdown = Markdown
portal-format-docx = Word (DOCX)
portal-format-odt = OpenDocument (ODT)

## Home, and a reporting round

portal-newest-edition = Nieuwste editie
portal-no-edition-short = nog niet gepubliceerd
portal-whole-report = Overzicht en hele rapportage
portal-all-years = Alle jaren
portal-questions-answered = Vragen beantwoord
portal-left-open = { $excused } met reden open, { $open } zonder
portal-documents-intro = De geldende editie van iedere rapportageronde, met alle bestanden. Eerdere edities staan bij de ronde.
portal-home-title = Voortgangsrapportages
portal-home-intro = Wat organisaties doen en bereiken met nationale actieplannen, per rapportageronde: om te lezen, te downloaden en te doorzoeken.
portal-nothing-published = Er is nog niets gepubliceerd
portal-nothing-published-help = Zodra van een rapportageronde een editie is gepubliceerd, staat die hier, met de bestanden om te downloaden. Werkt u aan een rapportage? Neem dan contact op met de beheerder van deze site.
portal-no-edition = Van deze ronde is nog geen editie gepubliceerd.
portal-no-edition-help = De organisaties werken er nog aan. Kom later terug, of zoek in eerdere rapportages.
portal-read = Lezen
portal-editions = Edities
portal-current-edition = geldende editie
portal-earlier-edition = vervangen
portal-published-on = Gepubliceerd op
portal-organisations = Organisaties

## An edition that is superseded or withdrawn

portal-superseded = Deze editie is vervangen
portal-superseded-help = Er is een nieuwere editie; haar colofon zegt wat er veranderd is:
portal-withdrawn = Deze editie is ingetrokken
portal-withdrawn-help = Op dit adres stond een gepubliceerde editie, of een bestand daarvan. De tekst is hier niet meer te lezen of te downloaden.
portal-withdrawn-edition = ingetrokken
portal-withdrawn-on = Ingetrokken op
portal-withdrawn-reason = De reden
portal-to-current = Naar de geldende editie

## A plan, an organisation, a goal and an indicator over the years

portal-plan-summary =
    Dit plan heeft { $goals } doelen met { $indicators } indicatoren. { $organisations ->
        [one] Eén organisatie rapporteert
       *[other] { $organisations } organisaties rapporteren
    } erover.
portal-plan-years = Rapportages per periode
portal-goals = Doelen
portal-subgoals = Subdoelen
portal-indicators = Indicatoren
portal-who-reported = Wie rapporteerde
portal-texts = Teksten
portal-answers-over-years = Antwoorden door de jaren
portal-organisation-summary = Wat { $organisation } door de jaren rapporteerde, per indicator.
portal-source = Rapportage
portal-related = In deze periode: { $codes } ({ $kind }).
portal-beside = { $earlier } naast { $later }
portal-compared = { $same } { $same ->
    [one] passage
   *[other] passages
 } woordelijk gelijk, { $changed } gewijzigd, { $new } nieuw, { $gone } niet meer genoemd
portal-compared-same = woordelijk gelijk
portal-compared-changed = gewijzigd
portal-compared-new = nieuw
portal-compared-gone = niet meer genoemd
portal-compared-nothing = Hierover staat niets in deze editie.
portal-by-chapter = Per organisatie
portal-on-one-page = Alles op één pagina
portal-chapters = Andere hoofdstukken
portal-chapter-of = Hoofdstuk { $number } van { $count }
portal-chapter-before = Vorige
portal-chapter-after = Volgende

## Search

portal-query = Zoekvraag
portal-query-help = Woorden, een "vaste uitdrukking" tussen aanhalingstekens, -woord om iets uit te sluiten, of een veld zoals jaar:2021..2023, organisatie:bz of land:Irak.
portal-query-error = Deze zoekvraag is niet te lezen.
portal-query-error-help = Zoek op de woorden alleen, zonder leestekens en filters.
portal-query-error-detail = Gemeld door de zoekdienst:
portal-page-error = Deze pagina met resultaten hoort bij een andere zoekvraag.
portal-page-error-help = Begin opnieuw bij de eerste resultaten:
portal-page-expired = De resultaten zijn veranderd sinds de vorige pagina; die stand is er niet meer.
portal-as-of = Stand van
portal-as-of-help = U zoekt in de edities die toen golden. De tekst van een editie die sindsdien is ingetrokken, is er niet meer.
portal-as-of-now = Zoek in wat nu geldt
portal-moment-error = Dit moment is niet te lezen.
portal-moment-error-help = Geef in het adres een datum, zoals as_of=2022-11-09, of een tijdstip, zoals as_of=2022-11-09T12:00:00Z.
portal-first-page = Naar de eerste resultaten
portal-next-page = Volgende resultaten
portal-pages = Bladeren door de resultaten
portal-found =
    { $count ->
        [one] { $count } bijdrage gevonden
       *[other] { $count } bijdragen gevonden
    }
portal-relaxed = Weinig bijdragen bevatten alle woorden: daarna volgen bijdragen met een deel ervan.
portal-unexpanded = De zoekvraag heeft veel woorden die nergens voorkomen of een * hebben. Van een deel is niet naar andere schrijfwijzen gezocht.
portal-nothing-found = Niets gevonden
portal-nothing-found-query = Controleer de spelling, gebruik minder of andere woorden, of haal aanhalingstekens weg.
portal-nothing-found-filters = Of haal een filter weg.
portal-nothing-found-empty = Er zijn nog geen bijdragen om in te zoeken.
portal-did-you-mean = Bedoelde u:
portal-corrected = Geen tekst heeft dit woord, daarom is gezocht op een andere schrijfwijze:
portal-corrected-undo = Zoek toch alleen op wat u typte
portal-link = Indicator { $indicator } is gekoppeld aan { $asked }: { $kind }.
portal-link-same = dezelfde meting
portal-link-split = gesplitst
portal-link-merged = samengevoegd
portal-link-broadened = verbreed
portal-link-ended = beëindigd
portal-unmatched = Niets gevonden voor:
portal-would-find = Wel iets te vinden met:
portal-would-find-without-filters = zonder filters
portal-search-feed = Deze zoekvraag volgen (Atom-feed)
portal-export = Neem alle resultaten mee als:
portal-marked = De woorden die u zocht, zijn gemarkeerd.
portal-marked-undo = Haal de markeringen weg
portal-filters = Filters
portal-active-filters = Gekozen filters
portal-remove-filter = haal weg:
portal-clear-filters = Alle filters weghalen
portal-more-values = Meer
portal-sort = Sorteren
portal-sort-score = relevantie
portal-sort-newest = nieuwste eerst
portal-sort-oldest = oudste eerst
portal-matching-passages = Gevonden passages
portal-found-beside = Niet in de tekst gevonden, wel in:
portal-figure = cijfer
portal-reference = verwijzing
portal-search-away = Zoeken lukt nu even niet
portal-search-away-help = De zoekdienst antwoordt niet. Probeer het over enkele minuten opnieuw. De rapportages zelf zijn gewoon te lezen.
portal-search-behind = De nieuwste wijzigingen zijn nog niet vindbaar; er kan iets ontbreken.
portal-search-tips = Zo zoekt u
portal-search-intro = U zoekt in de bijdragen van de geldende editie van iedere rapportageronde.
portal-browse = Alle bijdragen bekijken
portal-dimension-year = Jaar
portal-dimension-cycle = Rapportageronde

## How a query was read

portal-read-as = Zo is de zoekvraag gelezen:
portal-widened = Ook gezocht op woorden die hetzelfde zeggen.
portal-widened-words = Welke woorden
portal-widened-undo = Zoek alleen op wat u typte
portal-widened-compound = samenstelling
portal-widened-abbreviation = afkorting
portal-widened-country = land
portal-widened-thesaurus = woordenlijst
portal-widened-installation = woordenlijst van deze site
portal-widened-organisation = naam van een organisatie
portal-as-written = Alleen gezocht op wat u typte.
portal-as-written-undo = Zoek ook op woorden die hetzelfde zeggen
portal-note-quote = „{ $text }”: een aanhalingsteken zonder tweede is weggelaten.
portal-note-parenthesis = „{ $text }”: een haakje zonder tweede, of te diep in andere, is weggelaten.
portal-note-wildcard = „{ $text }”: een * staat achter minstens drie letters, in hoogstens acht woorden, zoals in vrouw*; deze is weggelaten.
portal-note-slop = „{ $text }”: achter ~ staat een getal tot en met 100; dit is weggelaten.
portal-note-field = „{ $text }”: dit veld is er niet; er is op de woorden gezocht. Velden zijn jaar, organisatie, pijler, doel, indicator, antwoord, ronde en land.
portal-note-value = „{ $text }”: achter de dubbele punt ontbreekt een waarde, zoals in jaar:2021; er is op het woord gezocht.
portal-note-invalid = „{ $text }”: deze waarde heeft het veld niet, zoals wel jaar:2021 of jaar:2021..2023; er is op de woorden gezocht.
portal-note-cut = De zoekvraag is te lang: wat na „{ $text }” komt, is niet gezocht.
portal-note-inner = „{ $text }”: een * of ? staat alleen achter een woord, zoals in vrouw*; er is gezocht op hoe het woord begint, of het teken is weggelaten.
portal-note-operator = „{ $text }”: een teken van andere zoekmachines. ||, && en ! zijn gelezen als OF, EN en NIET; andere zijn weggelaten.
portal-note-sign = „{ $text }”: het minteken is gelezen als teken van een getal; NIET laat bijdragen met een getal weg.
portal-note-other = „{ $text }” is als woorden gezocht.

## Problems

portal-not-found = Deze pagina bestaat niet
portal-not-found-help = Op dit adres staat niets. Misschien is het adres niet helemaal overgenomen. Wat eenmaal gepubliceerd is, blijft op zijn adres staan; wat wordt ingetrokken, laat daar de reden achter.
portal-no-such-edition = Deze editie bestaat niet
portal-no-such-edition-help = De rapportageronde bestaat wel, maar heeft geen gepubliceerde editie met dit nummer. Op de pagina van de ronde staan de edities die er zijn.
portal-to-cycle = Naar de rapportageronde
portal-bad-request = Dit verzoek is niet te beantwoorden
portal-method-help = Dit adres is alleen om te lezen.
portal-too-long-help = Het adres is te lang. Maak de zoekvraag korter.
portal-too-many-help = Het adres heeft te veel onderdelen. Haal filters weg of begin een nieuwe zoekvraag.
portal-too-large = Deze editie is te groot om als pagina te tonen
portal-too-large-help = De bestanden van de editie zijn wel te downloaden, op de pagina van de rapportageronde.
portal-away = Deze pagina is nu even niet te tonen
portal-away-help = Een onderdeel van de site antwoordt niet, of het is te druk. Probeer het over enkele minuten opnieuw.
portal-broken = Dit bestand is beschadigd
portal-broken-help = Het wordt niet uitgegeven, omdat het niet meer is wat er gepubliceerd is. Dat is vastgelegd, en het bestand wordt opnieuw gemaakt met dezelfde inhoud. De andere bestanden van de editie staan op de pagina van de rapportageronde.
portal-fault = Er ging iets mis
portal-fault-help = Dat ligt aan ons en niet aan u; het is vastgelegd. Probeer het later opnieuw of neem contact op met de beheerder van deze site.
portal-where-now = Hoe verder

## What this site is

portal-privacy-log = Wat de server bewaart
portal-privacy-log-text = De beheerder van deze site kan bijhouden welke adressen worden opgevraagd, om storingen en misbruik te vinden.
portal-privacy-people = Namen in rapportages
portal-privacy-people-text = Rapportages noemen in de regel geen personen. Staat uw naam ergens ten onrechte? Meld het; een editie kan worden ingetrokken en verbeterd.
portal-contact-text = Vragen over de inhoud, een fout in een tekst of cijfer, of iets dat niet werkt? Noem het adres van de pagina of passage erbij.
portal-about-title = Over deze site
portal-about-intro = Hier staan voortgangsrapportages over nationale actieplannen. Verschillende organisaties, zoals ministeries, rapporteren elke ronde over dezelfde doelen en indicatoren. Iedere bijdrage staat er zoals de organisatie haar heeft ingediend.
portal-about-editions = Edities
portal-about-editions-text = Een rapportage verschijnt als editie. Een editie verandert niet meer. Is er iets verbeterd, dan verschijnt een nieuwe editie met een hoger nummer; de oude blijft op haar adres staan en wijst naar de nieuwe.
portal-about-linking = Verwijzen
portal-about-linking-text = Elke bijdrage en elke alinea heeft een eigen, vast adres. Volg het teken ¶ naast de tekst en neem het adres over.
portal-about-data = Hergebruik van gegevens
portal-about-data-text = Van iedere editie is er een gegevensbestand (JSON) met alle bijdragen, cijfers en verwijzingen. Het controlegetal van een bestand (SHA-256) staat in zijn adres.
portal-about-privacy = Privacy
portal-about-privacy-text = Deze site gebruikt geen cookies, geen scripts en geen diensten van anderen.
portal-about-contact = Contact

## How accessible this site is

portal-accessibility-status = Stand van zaken
portal-accessibility-status-text = Eerste maatregelen zijn genomen. De site is op onderdelen getoetst en nog niet volledig onderzocht; tot dat gebeurd is, geldt zij als niet volledig toegankelijk.
portal-accessibility-enforced = Krijgt u geen bruikbaar antwoord? Dan kunt u een klacht indienen bij de Nationale ombudsman, of een oordeel vragen aan het College voor de Rechten van de Mens.
portal-accessibility-intro = iedereen moet deze site kunnen gebruiken. Het doel is WCAG 2.2, niveau AA (de norm EN 301 549).
portal-accessibility-done = Wat is gedaan
portal-accessibility-done-keyboard = Alle pagina’s werken zonder script, met het toetsenbord en met een schermlezer te volgen koppen en gebieden.
portal-accessibility-done-zoom = Tekst past zich aan smalle schermen en grote letters aan; tabellen met veel kolommen kunnen opzij schuiven.
portal-accessibility-done-checks = De pagina’s worden met automatische hulpmiddelen gecontroleerd.
portal-accessibility-open = Wat nog niet is gedaan
portal-accessibility-open-audit = Er is geen volledig onderzoek door mensen gedaan. Automatische controle vindt maar een deel van de problemen.
portal-accessibility-open-texts = De teksten van de organisaties worden getoond zoals ze zijn ingediend. Opbouw en taalgebruik daarvan kunnen tekortschieten.
portal-accessibility-report = Een probleem melden
portal-accessibility-report-text = Kunt u iets niet lezen of gebruiken? Laat het weten; u krijgt binnen vijf werkdagen bericht dat uw melding ontvangen is:
portal-accessibility-report-nowhere = De beheerder van deze site heeft nog geen adres voor meldingen opgegeven.

## For programs

portal-opensearch = Zoeken in voortgangsrapportages over nationale actieplannen
portal-api = Voor programma’s (API)
portal-api-title = Deze site lezen met een programma
portal-api-intro = Alles wat op deze site staat, is ook als JSON op te vragen: resultatenkaders, rapportageronden, edities, bijdragen, passages, cijfers, organisaties, indicatoren door de jaren heen, en de zoekmachine. Alleen wat gepubliceerd is; een sleutel is niet nodig. De namen van velden zijn Engels, zoals in de begrippenlijst van het programma.
portal-api-licence = Zie de rapportages zelf
portal-api-document = De beschrijving voor programma’s (OpenAPI 3.1)
portal-api-rules = Wat voor alle vragen geldt
portal-api-rules-language = Opschriften zijn in het Nederlands of Engels: kies met language=nl of language=en, of met Accept-Language. Teksten van organisaties staan er in de taal waarin zij zijn ingediend.
portal-api-rules-pages = Lange lijsten komen in delen. Staat er nextPageToken in een antwoord, geef die dan mee als pageToken voor het volgende deel; de kop Link noemt het hele adres.
portal-api-rules-caching = Elk antwoord heeft een ETag. Vraag opnieuw met If-None-Match, dan is het antwoord 304 zolang er niets veranderd is.
portal-api-rules-errors = Gaat er iets mis, dan is het antwoord problem+json (RFC 9457). Is een veld van de vraag onjuist, dan noemt errors het veld en de reden.
portal-api-rules-version = De kop API-Version noemt de versie. Binnen versie 1 komt er alleen bij.
portal-api-calls = De vragen
portal-api-parameters = Parameters
portal-api-parameter = Parameter
portal-api-meaning = Betekenis
portal-api-example = Voorbeeld:

portal-api-list-frameworks = De resultatenkaders waarover gerapporteerd is
portal-api-get-framework = Een resultatenkader: pijlers, doelen en indicatoren, zoals de nieuwste editie ze heeft
portal-api-list-indicators = De indicatoren van een resultatenkader
portal-api-get-indicator = Een indicator door de jaren heen: wie wat antwoordde, met de cijfers
portal-api-list-cycles = De rapportageronden van een resultatenkader
portal-api-get-cycle = Een rapportageronde met wie er rapporteert
portal-api-list-editions = De edities van een rapportageronde, ook die vervangen of ingetrokken zijn
portal-api-get-edition = Een editie: bestanden, beoordeling, volledigheid en wat er veranderde
portal-api-list-contributions = De bijdragen in een editie
portal-api-get-contribution = Een bijdrage met haar tekst, cijfers en verwijzingen
portal-api-list-passages = De passages in een editie
portal-api-list-figures = De cijfers in een editie
portal-api-list-organisations = De organisaties die rapporteren
portal-api-get-organisation = Een organisatie met haar naam in elke rapportageronde
portal-api-search = Zoeken in alles wat gepubliceerd is, met facetten
portal-api-suggest = Wat bedoeld kan zijn met een begin van een woord
portal-api-openapi = Deze beschrijving

portal-api-name-framework = Code van het resultatenkader
portal-api-name-period = De periode van de rapportageronde, zoals 2021 of 2022-2023
portal-api-name-number = Nummer van de editie
portal-api-name-organisation = Code van de organisatie
portal-api-name-contribution = Id van de bijdrage binnen haar organisatie
portal-api-name-indicator = Code van de indicator

portal-api-language = Taal van opschriften: nl of en
portal-api-page-size = Hoeveel er hoogstens in dit deel staan
portal-api-page-token = Waar dit deel begint: nextPageToken van het vorige
portal-api-query = De zoekvraag, zoals in het zoekveld van deze site; leeg is alles
portal-api-years = Jaren; een ervan moet gelden
portal-api-organisations = Codes van organisaties; een ervan moet gelden
portal-api-pillars = Codes van pijlers; een ervan moet gelden
portal-api-goals = Codes van doelen; een ervan moet gelden
portal-api-indicators = Codes van indicatoren; een ervan moet gelden
portal-api-answers = Soorten antwoord, zoals reported of partial; een ervan moet gelden
portal-api-cycles = Namen van rapportageronden; een ervan moet gelden
portal-api-order = Volgorde: score (beste eerst), newest of oldest
portal-api-as-of = Zoeken zoals het op die dag of dat moment was
portal-api-as-written = Alleen de woorden zelf, zonder wat er ook voor staat
portal-api-beginning = Wat er tot nu toe getypt is

portal-api-problem = Het ging niet; het antwoord zegt waarom
portal-api-not-modified = Er is niets veranderd sinds het antwoord met deze ETag
portal-api-header-version = Versie van deze API
portal-api-header-language = Taal van de opschriften
portal-api-header-etag = Verandert met het antwoord
portal-api-header-link = Adres van het volgende deel van de lijst (rel=next)

portal-completeness = Volledigheid
portal-completeness-intro = Elke openbare editie heeft een aantal bijdragen en een hash over alle bijdragen (de wortel van een Merkle-boom, RFC 9162). Heeft zoeken dezelfde, dan ontbreekt er niets.
portal-completeness-whole = Alles wat openbaar is, is te vinden.
portal-completeness-missing = Niet alles wat openbaar is, is nu te vinden. Het wordt aangevuld.
portal-completeness-unknown = Zoeken antwoordt nu niet.
portal-completeness-count = Bijdragen
portal-completeness-searched = te vinden:
portal-completeness-root = Wortel
portal-completeness-wordless = Zonder woorden
