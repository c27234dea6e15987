//! The fixed words of reminders, in Dutch and in English.

/// The fixed words in one language. Places that are filled in stand between braces.
pub(super) struct Words {
    /// Its tag.
    pub(super) language: &'static str,
    /// Names of the months.
    pub(super) months: [&'static str; 12],
    /// Subject before the deadline.
    pub(super) expected: fn(usize, &str) -> String,
    /// Subject after the deadline.
    pub(super) late: fn(usize) -> String,
    /// Subject to a coordinator.
    pub(super) unanswered: fn(usize, usize) -> String,
    /// First line.
    pub(super) greeting: &'static str,
    /// Opening before the deadline.
    pub(super) awaits: &'static str,
    /// Opening after the deadline.
    pub(super) is_over: &'static str,
    /// Opening to a coordinator.
    pub(super) escalates: &'static str,
    /// Before the deadline of an organisation.
    pub(super) deadline_is: &'static str,
    /// Before a deadline that is over.
    pub(super) deadline_was: &'static str,
    /// Stands for a goal that is asked as a whole.
    pub(super) as_a_whole: &'static str,
    /// How many are not listed.
    pub(super) more: fn(usize) -> String,
    /// How to answer.
    pub(super) how_to_answer: &'static str,
    /// How to answer, and where.
    pub(super) how_to_answer_at: &'static str,
    /// Whom to ask.
    pub(super) ask: &'static str,
    /// Whom to ask where nobody is named.
    pub(super) ask_coordinator: &'static str,
    /// What a coordinator may do.
    pub(super) what_to_do: &'static str,
    /// Last lines.
    pub(super) footer: &'static str,
}

/// Dutch for `nl`, English for every other language.
pub(super) fn words(language: &str) -> Words {
    if language == "nl" { DUTCH } else { ENGLISH }
}

const DUTCH: Words = Words {
    language: "nl",
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    expected: |count, until| match count {
        1 => format!("Herinnering: nog 1 antwoord nodig, uiterlijk {until}"),
        count => format!("Herinnering: nog {count} antwoorden nodig, uiterlijk {until}"),
    },
    late: |count| match count {
        1 => "Herinnering: 1 antwoord is te laat".to_owned(),
        count => format!("Herinnering: {count} antwoorden zijn te laat"),
    },
    unanswered: |count, organisations| {
        let answers = if count == 1 { "antwoord" } else { "antwoorden" };
        let of = if organisations == 1 { "organisatie" } else { "organisaties" };
        format!("Te laat: {count} {answers} van {organisations} {of}")
    },
    greeting: "Goedendag,",
    awaits: "Voor het plan “{title}”, periode {period}, ontvangen wij graag nog uw antwoord op het volgende.",
    is_over: "Voor het plan “{title}”, periode {period}, is de termijn voorbij. Op het volgende ontbreekt uw antwoord nog.",
    escalates: "Voor het plan “{title}”, periode {period}, is de termijn voorbij. Deze organisaties hebben nog niet geantwoord op het volgende.",
    deadline_is: "uiterlijk",
    deadline_was: "de termijn was",
    as_a_whole: "het doel als geheel",
    more: |count| format!("en nog {count} meer"),
    how_to_answer: "Zo antwoordt u: schrijf voor elk onderdeel een bijdrage en dien die in. Een concept telt nog niet als antwoord.\nIs er niets te melden, of is een onderdeel niet van toepassing? Dien dat dan ook in; dan stoppen de herinneringen.",
    how_to_answer_at: "Zo antwoordt u: schrijf voor elk onderdeel een bijdrage en dien die in, op {place}. Een concept telt nog niet als antwoord.\nIs er niets te melden, of is een onderdeel niet van toepassing? Dien dat dan ook in; dan stoppen de herinneringen.",
    ask: "Vragen? Neem contact op met {contact}.",
    ask_coordinator: "Vragen? Neem contact op met de coördinator van het plan.",
    what_to_do: "U kunt een organisatie een eigen termijn geven, of met een reden aanvaarden dat een onderdeel open blijft. In beide gevallen stoppen de herinneringen daarover.",
    footer: "Dit bericht is automatisch verstuurd.\nKenmerk: {reference}",
};

const ENGLISH: Words = Words {
    language: "en",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    expected: |count, until| match count {
        1 => format!("Reminder: 1 answer due by {until}"),
        count => format!("Reminder: {count} answers due by {until}"),
    },
    late: |count| match count {
        1 => "Reminder: 1 answer is late".to_owned(),
        count => format!("Reminder: {count} answers are late"),
    },
    unanswered: |count, organisations| {
        let answers = if count == 1 { "answer" } else { "answers" };
        let of = if organisations == 1 { "organisation" } else { "organisations" };
        format!("Late: {count} {answers} of {organisations} {of}")
    },
    greeting: "Hello,",
    awaits: "For the plan “{title}”, period {period}, we look forward to your answer to the following.",
    is_over: "For the plan “{title}”, period {period}, the deadline is over. Your answer to the following is missing.",
    escalates: "For the plan “{title}”, period {period}, the deadline is over. These organisations have not answered the following.",
    deadline_is: "by",
    deadline_was: "deadline was",
    as_a_whole: "the goal as a whole",
    more: |count| format!("and {count} more"),
    how_to_answer: "How to answer: write a contribution for each item and submit it. A draft does not count as an answer.\nIs there nothing to report, or does an item not apply? Submit that too, and the reminders stop.",
    how_to_answer_at: "How to answer: write a contribution for each item and submit it, at {place}. A draft does not count as an answer.\nIs there nothing to report, or does an item not apply? Submit that too, and the reminders stop.",
    ask: "Questions? Please contact {contact}.",
    ask_coordinator: "Questions? Please contact the coordinator of the plan.",
    what_to_do: "You can give an organisation a deadline of its own, or accept with a reason that an item stays open. Either ends the reminders about it.",
    footer: "This message was sent automatically.\nReference: {reference}",
};
