### Texts of more than one area: pages of the portal, editions and mails.

## Dates, periods, numbers and lists

shared-date =
    { $day } { $month ->
        [1] januari
        [2] februari
        [3] maart
        [4] april
        [5] mei
        [6] juni
        [7] juli
        [8] augustus
        [9] september
        [10] oktober
        [11] november
       *[12] december
    } { $year }
shared-moment = { $date }, { $time } UTC
shared-period-days = { $from } t/m { $until }
shared-period-years = { $from }–{ $until }
shared-list = { $items } en { $last }
shared-size-bytes = { $size } bytes
shared-size-kilobytes = { $size } kB
shared-size-megabytes = { $size } MB

## What is reported on, and by whom

shared-report = Voortgangsrapportage { $period }
shared-edition = Editie { $name }
shared-contributions =
    { $count ->
        [one] { $count } bijdrage
       *[other] { $count } bijdragen
    }
shared-organisation = Organisatie
shared-pillar = Pijler
shared-goal = Doel
shared-indicator = Indicator

## Answers

shared-answer = Antwoord
shared-answer-reported = gerapporteerd
shared-answer-partial = deels beantwoord
shared-answer-nothing-to-report = niets te melden
shared-answer-not-available = niet beschikbaar
shared-answer-not-applicable = niet van toepassing
shared-answer-no-specific-policy = geen specifiek beleid

## Pages

shared-skip = Naar de inhoud
