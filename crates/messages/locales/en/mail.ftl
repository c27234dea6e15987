### The texts of reminders.

## Subjects, before and after the deadline, and to a coordinator

mail-expected =
    Reminder: { $count ->
        [one] { $count } answer
       *[other] { $count } answers
    } due by { $deadline } ({ $title } { $period })
mail-late =
    Reminder: { $count ->
        [one] { $count } answer is
       *[other] { $count } answers are
    } late ({ $title } { $period })
mail-unanswered =
    Late: { $count ->
        [one] { $count } answer
       *[other] { $count } answers
    } of { $organisations ->
        [one] { $organisations } organisation
       *[other] { $organisations } organisations
    } ({ $title } { $period })

## The opening, in the same order

mail-greeting = Hello,
mail-awaits = For the plan “{ $title }”, period { $period }, we look forward to your answer to the following.
mail-is-over = For the plan “{ $title }”, period { $period }, the deadline is over. Your answer to the following is missing.
mail-escalates = For the plan “{ $title }”, period { $period }, the deadline is over. These organisations have not answered the following.

## What is open

mail-organisation-by = { $organisation } ({ $code }), by { $deadline }:
mail-organisation-late = { $organisation } ({ $code }), deadline was { $deadline }:
mail-as-a-whole = the goal as a whole
mail-more = and { $count } more

## What to do

mail-how-to-answer =
    How to answer: write a contribution for each item and submit it. A draft does not count as an answer.
    Is there nothing to report, or does an item not apply? Submit that too, and the reminders stop.
mail-how-to-answer-at =
    How to answer: write a contribution for each item and submit it, at { $place }. A draft does not count as an answer.
    Is there nothing to report, or does an item not apply? Submit that too, and the reminders stop.
mail-ask = Questions? Please contact { $contact }.
mail-ask-coordinator = Questions? Please contact the coordinator of the plan.
mail-what-to-do = You can give an organisation a deadline of its own, or accept with a reason that an item stays open. Either ends the reminders about it.
mail-footer =
    This message was sent automatically.
    Reference: { $reference }

## Notices of what happened: subjects

mail-about-plan = { $subject } ({ $title } { $period })
mail-news = { $count } messages
mail-assigned =
    Assigned to { $organisations }: { $count ->
        [one] { $count } item
       *[other] { $count } items
    }
mail-handed-in = Submitted for review: contribution { $name }
mail-returned = Returned: contribution { $name }
mail-approved = Approved: contribution { $name }
mail-remarked = New remark on contribution { $name }
mail-answered = New answer to a remark on contribution { $name }
mail-changed = Changed: cycle { $name }
mail-closed = Closed: cycle { $name }
mail-reopened = Opened again: cycle { $name }
mail-published = Published: edition { $name }
mail-withdrawn = Withdrawn: edition { $name }

## Notices: particulars

mail-what-happened = This happened in the plan “{ $title }”, period { $period }.
mail-see = To see it:
mail-opening = Taken from: { $date }
mail-deadline = Deadline: { $date }
mail-joined = Joined: { $organisations }
mail-left = Left: { $organisations }
mail-reason = Reason: { $reason }
mail-reason-incomplete = something is missing
mail-reason-incorrect = something is wrong or contradicts another text
mail-reason-unclear = something cannot be understood as written
mail-reason-unsourced = a figure or a statement has no source
mail-reason-out-of-scope = it answers another goal, indicator or period
mail-reason-other = see the explanation
mail-passage = Passage { $id }: “{ $text }”
mail-figure = Figure { $number }
mail-choice = You can have these messages once a day, or not at all: please ask the administrator.
