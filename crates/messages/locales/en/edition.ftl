### The fixed texts of an edition: PDF, HTML file and page of the portal. A template may override each of them.

## Parts

edition-contents = Contents
edition-abbreviations = Abbreviations
edition-other = Other contributions
edition-general-remark = General remark
edition-no-contributions = This organisation has no contributions in this edition.
edition-nothing-inside = This edition holds no contributions.
edition-references = References
edition-note = Note { $number }
edition-note-back = Back to note { $number } in the text
edition-figures = Figures
edition-page = Page
edition-page-of = of
edition-contribution = Contribution

## Sections and contributions

edition-goals =
    { $count ->
        [one] Goal { $codes }
       *[other] Goals { $codes }
    }
edition-subgoals =
    { $count ->
        [one] Subgoal { $codes }
       *[other] Subgoals { $codes }
    }
edition-indicators =
    { $count ->
        [one] Indicator { $codes }
       *[other] Indicators { $codes }
    }
edition-no-indicator = On the goal as a whole
edition-indicator-optional = optional
edition-indicator-target = Aim
edition-unanswered = not answered
edition-together-with = Together with
edition-joint = Joint contributions
edition-permalink = Permanent link to this passage
edition-permalink-contribution = Permanent link to this contribution

## Overview

edition-matrix = Who reported on what
edition-matrix-caption = Contributions by goal and organisation
edition-matrix-help = A page number leads to the organisation’s first contribution to the goal.
edition-matrix-none = no contribution
edition-matrix-page = p.
edition-matrix-legend = What symbols and abbreviations mean
edition-matrix-list = By goal, as a list
edition-matrix-answer = { $heading }: { $state }
edition-state-answered = answered
edition-state-partial = partly answered
edition-state-nothing = answered: nothing to report, no figures or no policy of its own
edition-state-not-applicable = not applicable
edition-state-excused = open, with a reason
edition-state-open = open, without a reason
edition-state-optional = open, not required

## Completeness and timeliness

edition-owed = Completeness and timeliness
edition-owed-caption = Required items by organisation
edition-owed-help = Counted is what an organisation was required to answer. Saying that there is nothing to report or that the question does not apply is an answer. In time is what was first handed in on the day of the deadline or before.
edition-owed-nothing = For this cycle it was not recorded what organisations had to answer, so completeness and timeliness cannot be given.
edition-owed-part = { $part } of { $whole }
edition-owed-required = required
edition-owed-answered = answered
edition-owed-in-time = in time
edition-owed-late = late
edition-owed-accepted = open with a reason
edition-owed-unexplained = open without a reason
edition-owed-open = open
edition-owed-all = All organisations
edition-owed-answered-with = Answered with “{ $answer }”
edition-owed-accepted-gaps = Left open with a reason
edition-owed-no-accepted-gaps = No item was left open with a reason.
edition-owed-open-gaps = Open without a reason

## Figures

edition-figure-label = Description
edition-figure-value = Value
edition-figure-about = about { $value }
edition-figure-at-least = at least { $value }
edition-figure-at-most = at most { $value }
edition-figure-euros = €{ "\u00A0" }{ $number }
edition-figure-dollars = US${ "\u00A0" }{ $number }
edition-figure-amount = { $currency }{ "\u00A0" }{ $number }
edition-figure-percentage = { $number }%
edition-figure-ratio = { $number }{ "\u00A0" }:{ "\u00A0" }{ $per }
edition-figure-with-unit = { $number }{ "\u00A0" }{ $unit }
edition-figure-in-year = { $year }: { $value }
edition-figure-counts = Counts
edition-figure-period = Period
edition-figure-earlier = Earlier
edition-figure-target = Target
edition-figure-break = Break in the series
edition-figure-caveat = Caveat

## Charts

edition-chart-from-to = { $label }: from { $first } in { $from } to { $last } in { $until }
edition-chart-at = { $label }: { $last } in { $until }
edition-chart-target = target { $value } in { $year }
edition-chart-target-name = target
edition-chart-several = Figures over the years
edition-chart-amounts = Amounts in this contribution, in { $currency }
edition-chart-shares = Shares in this contribution
edition-chart-share = { $label }: { $value }
edition-chart-part = share
edition-chart-rest = rest
edition-chart-owed = Answered: { $part } of { $whole } required items
edition-chart-millions = { $number }{ "\u00A0" }million
edition-chart-more = The table has more.
edition-chart-missing = not given
edition-chart-not-exact = Hollow points and hatched bars are not exact figures.
edition-chart-diamond = A diamond is a target.
edition-chart-year = Year
edition-chart-alt-lines = Line chart. { $title }. The table with the chart has every figure.
edition-chart-alt-bars = Bar chart. { $title }. The table with the chart has every figure.
edition-chart-alt-parts = Bars in parts. { $title }. The table with the chart has every figure.

## What became of an indicator

edition-link-same = the same
edition-link-split = split
edition-link-merged = merged
edition-link-broadened = broadened
edition-link-ended = ended

## References

edition-reference-contribution = Contribution
edition-reference-parliamentary-paper = Parliamentary paper
edition-reference-law = Legislation
edition-reference-document = Document
edition-reference-web = Website
edition-reference-other = Reference

## Colophon

edition-colophon = Colophon
edition-colophon-note = This edition pins one revision of each contribution. The checksum shows that its content is unchanged. A correction appears as a new edition.
edition-colophon-edition = Edition
edition-colophon-date = Date of publication
edition-colophon-cycle = Reporting cycle
edition-colophon-period = Period reported on
edition-colophon-framework = Results framework
edition-colophon-framework-version = { $title } ({ $code }, version { $version })
edition-colophon-gaps = What was left open
edition-colophon-gaps-print = is printed as open in this edition
edition-colophon-gaps-refuse = only when accepted with a reason
edition-colophon-review = Review
edition-colophon-review-none = none: contributions are published as they were handed in, without approval by a second person
edition-colophon-review-four-eyes = four eyes: nobody approves or publishes what they handed in themselves
edition-colophon-overrides = Departures from four eyes
edition-colophon-overrides-none = none
edition-colophon-overrides-count = { $count } of { $decisions } decisions that need a second person: approving each contribution, and publishing
edition-colophon-override-approve = Approved without a second person
edition-colophon-override-publish = Published without a second person
edition-colophon-override-other = Done without a second person
edition-colophon-override-confirmed = confirmed afterwards by a second person
edition-colophon-override-unconfirmed = not yet confirmed by a second person
edition-colophon-left-out = Contribution left out
edition-colophon-changes = Changed since
edition-colophon-changes-added = Contributions added
edition-colophon-changes-changed = Contributions changed
edition-colophon-changes-withdrawn = Contributions that were withdrawn
edition-colophon-changes-returned = Contributions that were returned and not handed in again
edition-colophon-changes-not-reporting = Contributions of organisations that do not report any more
edition-colophon-changes-override-confirmed = Departures from four eyes that were confirmed
edition-colophon-changes-overrides = Other departures from four eyes
edition-colophon-changes-completeness = Changes in what was asked for, answered or accepted as open
edition-colophon-changes-names = Changes in names of organisations
edition-colophon-changes-left-out = Contributions that are left out, or for another reason
edition-colophon-changes-cycle = Changes in who reports, in the plan's version or in the rules of this round
edition-colophon-changes-other = Other changes
edition-colophon-policy-unknown = see the data file of this edition
edition-colophon-manifest = Checksum (SHA-256)

## Tables, in CSV and XLSX

edition-citation = Citation
edition-table-obligations = Obligations
edition-table-contributions = Contributions
edition-column-organisation = Organisation
edition-column-organisation-name = Name of the organisation
edition-column-goal-statement = Statement of the goal
edition-column-required = Required
edition-column-answered = Answered
edition-column-in-time = In time
edition-column-accepted = Open with a reason
edition-column-external-id = Own id
edition-column-partners = Together with
edition-column-kind = Kind
edition-column-goals = Goals
edition-column-indicators = Indicators
edition-column-reason = Reason
edition-column-section = Section
edition-column-language = Language
edition-column-part = Part
edition-column-text = Text
edition-column-content-hash = Content hash
edition-column-figure = Number of the figure
edition-column-row = Row of the figure
edition-column-role = Role
edition-column-per = Per
edition-column-unit = Unit
edition-column-precision = Precision
edition-column-year = Year
edition-column-from = From
edition-column-until = Until
edition-column-fact = Fact
edition-obligation-open = Open
edition-obligation-drafted = Draft
edition-obligation-submitted = Submitted
edition-obligation-returned = Returned
edition-obligation-approved = Approved
edition-obligation-nothing-to-report = Nothing to report
edition-obligation-not-applicable = Not applicable
