### The texts of reminders.

## Subjects, before and after the deadline, and to a coordinator

mail-expected =
    Herinnering: nog { $count ->
        [one] { $count } antwoord
       *[other] { $count } antwoorden
    } nodig, uiterlijk { $deadline } ({ $title } { $period })
mail-late =
    Herinnering: { $count ->
        [one] { $count } antwoord is
       *[other] { $count } antwoorden zijn
    } te laat ({ $title } { $period })
mail-unanswered =
    Te laat: { $count ->
        [one] { $count } antwoord
       *[other] { $count } antwoorden
    } van { $organisations ->
        [one] { $organisations } organisatie
       *[other] { $organisations } organisaties
    } ({ $title } { $period })

## The opening, in the same order

mail-greeting = Goedendag,
mail-awaits = Voor het plan “{ $title }”, periode { $period }, ontvangen wij graag nog uw antwoord op het volgende.
mail-is-over = Voor het plan “{ $title }”, periode { $period }, is de termijn voorbij. Op het volgende ontbreekt uw antwoord nog.
mail-escalates = Voor het plan “{ $title }”, periode { $period }, is de termijn voorbij. Deze organisaties hebben nog niet geantwoord op het volgende.

## What is open

mail-organisation-by = { $organisation } ({ $code }), uiterlijk { $deadline }:
mail-organisation-late = { $organisation } ({ $code }), de termijn was { $deadline }:
mail-as-a-whole = het doel als geheel
mail-more = en nog { $count } meer

## What to do

mail-how-to-answer =
    Zo antwoordt u: schrijf voor elk onderdeel een bijdrage en dien die in. Een concept telt nog niet als antwoord.
    Is er niets te melden, of is een onderdeel niet van toepassing? Dien dat dan ook in; dan stoppen de herinneringen.
mail-how-to-answer-at =
    Zo antwoordt u: schrijf voor elk onderdeel een bijdrage en dien die in, op { $place }. Een concept telt nog niet als antwoord.
    Is er niets te melden, of is een onderdeel niet van toepassing? Dien dat dan ook in; dan stoppen de herinneringen.
mail-ask = Vragen? Neem contact op met { $contact }.
mail-ask-coordinator = Vragen? Neem contact op met de coördinator van het plan.
mail-what-to-do = U kunt een organisatie een eigen termijn geven, of met een reden aanvaarden dat een onderdeel open blijft. In beide gevallen stoppen de herinneringen daarover.
mail-footer =
    Dit bericht is automatisch verstuurd.
    Kenmerk: { $reference }

## Notices of what happened: subjects

mail-about-plan = { $subject } ({ $title } { $period })
mail-news = { $count } berichten
mail-assigned =
    Gevraagd van { $organisations }: { $count ->
        [one] { $count } onderdeel
       *[other] { $count } onderdelen
    }
mail-handed-in = Ingediend ter beoordeling: bijdrage { $name }
mail-returned = Teruggegeven: bijdrage { $name }
mail-approved = Goedgekeurd: bijdrage { $name }
mail-remarked = Nieuwe opmerking bij bijdrage { $name }
mail-answered = Nieuw antwoord op een opmerking bij bijdrage { $name }
mail-changed = Gewijzigd: rapportageronde { $name }
mail-closed = Gesloten: rapportageronde { $name }
mail-reopened = Heropend: rapportageronde { $name }
mail-published = Gepubliceerd: editie { $name }
mail-withdrawn = Ingetrokken: editie { $name }

## Notices: particulars

mail-what-happened = Dit gebeurde in het plan “{ $title }”, periode { $period }.
mail-see = Zo bekijkt u het:
mail-opening = Indienen kan vanaf: { $date }
mail-deadline = Uiterste datum: { $date }
mail-joined = Doet mee: { $organisations }
mail-left = Doet niet meer mee: { $organisations }
mail-reason = Reden: { $reason }
mail-reason-incomplete = er ontbreekt iets
mail-reason-incorrect = iets is onjuist of spreekt een andere tekst tegen
mail-reason-unclear = iets is niet te begrijpen zoals het er staat
mail-reason-unsourced = een cijfer of uitspraak heeft geen bron
mail-reason-out-of-scope = het gaat over een ander doel, een andere indicator of een andere periode
mail-reason-other = zie de toelichting
mail-passage = Passage { $id }: “{ $text }”
mail-figure = Cijfer { $number }
mail-choice = U kunt deze berichten één keer per dag krijgen, of helemaal niet: vraag het de beheerder.
