### Texts of more than one area: pages of the portal, editions and mails.

## Dates, periods, numbers and lists

shared-date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
shared-moment = { $date }, { $time } UTC
shared-period-days = { $from } to { $until }
shared-period-years = { $from }–{ $until }
shared-list = { $items } and { $last }
shared-size-bytes = { $size } bytes
shared-size-kilobytes = { $size } kB
shared-size-megabytes = { $size } MB

## What is reported on, and by whom

shared-report = Progress report { $period }
shared-edition = Edition { $name }
shared-contributions =
    { $count ->
        [one] { $count } contribution
       *[other] { $count } contributions
    }
shared-organisation = Organisation
shared-pillar = Pillar
shared-goal = Goal
shared-indicator = Indicator

## Answers

shared-answer = Answer
shared-answer-reported = reported
shared-answer-partial = partly answered
shared-answer-nothing-to-report = nothing to report
shared-answer-not-available = not available
shared-answer-not-applicable = not applicable
shared-answer-no-specific-policy = no specific policy

## Pages

shared-skip = Skip to content
