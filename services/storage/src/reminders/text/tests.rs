use std::collections::BTreeMap;

use jiff::civil::date;
use model::{Asked, LocalizedText, Obligation, ObligationState, reminder::Digest};

use super::{Letter, MAX_LISTED, Occasion};

fn asked(organisation: &str, goal: &str, indicator: &str) -> Asked {
    Asked {
        organisation: organisation.parse().unwrap(),
        goal: goal.to_owned(),
        indicator: indicator.to_owned(),
    }
}

fn letter(digest: &Digest, language: &str, contact: &str) -> Letter {
    let (framework, cycle) = (testkit::framework(), testkit::cycle());
    let organisations: BTreeMap<_, _> =
        framework.organisations.iter().map(|o| (o.code.clone(), o.clone())).collect();
    let obligation = |asked: &Asked| Obligation {
        cycle: cycle.name.clone(),
        asked: asked.clone(),
        optional: false,
        state: ObligationState::Open,
        reason: String::new(),
        contribution: None,
        deadline: Some(date(2022, 4, if asked.organisation.as_str() == "alfa" { 15 } else { 1 })),
        answer_time: None,
        late: false,
        accepted_reason: String::new(),
        unedited: false,
    };
    let obligations: Vec<Obligation> = digest.asked.iter().map(obligation).collect();
    let occasion = Occasion {
        cycle: &cycle,
        framework: &framework,
        organisations: &organisations,
        obligations: &obligations,
        contact,
        answer_at: "",
    };
    occasion.letter(digest, language)
}

fn digest(step: i32, escalation: bool, asked: Vec<Asked>) -> Digest {
    Digest { person: "p".to_owned(), step, escalation, asked }
}

#[test]
fn a_dutch_reminder_says_what_is_open_until_when_and_how_to_answer() {
    let all = vec![asked("alfa", "1", ""), asked("alfa", "1", "1-a"), asked("beta", "1.1", "")];
    let Letter { subject, text } = letter(&digest(-7, false, all), "nl", "Bo, bo@example.nl");
    assert_eq!(subject, "Herinnering: nog 3 antwoorden nodig, uiterlijk 1 april 2022 (Plan 2021)");
    let expected = "\
Goedendag,

Voor het plan “Plan”, periode 2021, ontvangen wij graag nog uw antwoord op het volgende.

Ministerie Alfa (alfa), uiterlijk 15 april 2022:
- 1 Doel 1
  - het doel als geheel
  - 1-a Indicator van 1

Ministerie Beta (beta), uiterlijk 1 april 2022:
- 1.1 Doel 1.1
  - het doel als geheel

Zo antwoordt u: schrijf voor elk onderdeel een bijdrage en dien die in. Een concept telt nog niet als antwoord.
Is er niets te melden, of is een onderdeel niet van toepassing? Dien dat dan ook in; dan stoppen de herinneringen.

Vragen? Neem contact op met Bo, bo@example.nl.

Dit bericht is automatisch verstuurd.
Kenmerk: plan/2021 -7
";
    assert_eq!(text, expected);
}

#[test]
fn an_english_reminder_and_an_escalation_after_the_deadline() {
    let one = vec![asked("alfa", "1", "1-a")];
    let Letter { subject, text } = letter(&digest(1, false, one.clone()), "en", "");
    assert_eq!(subject, "Reminder: 1 answer is late (Plan 2021)");
    assert!(text.contains("Ministerie Alfa (alfa), deadline was 15 April 2022:\n- 1 Doel 1\n"));
    assert!(text.contains("contact the coordinator"), "{text}");
    assert!(text.ends_with("Reference: plan/2021 +1\n"), "{text}");
    let Letter { subject, text } = letter(&digest(7, true, one), "nl", "");
    assert_eq!(subject, "Te laat: 1 antwoord van 1 organisatie (Plan 2021)");
    assert!(text.contains("hebben nog niet geantwoord"), "{text}");
}

#[test]
fn a_long_list_and_a_long_title_are_cut() {
    let many = vec![asked("alfa", "1", "1-a"); MAX_LISTED + 5];
    let Letter { text, .. } = letter(&digest(-7, false, many), "nl", "");
    assert!(text.contains("\nen nog 5 meer\n"), "{text}");
    let (framework, cycle) = (testkit::framework(), testkit::cycle());
    let occasion = Occasion {
        cycle: &cycle,
        framework: &framework,
        organisations: &BTreeMap::new(),
        obligations: &[],
        contact: "",
        answer_at: "",
    };
    let long = LocalizedText::of("nl", &"é ".repeat(500));
    let line = occasion.line(Some(&long), super::in_language("nl"));
    assert!(line.chars().count() <= super::MAX_TITLE_CHARACTERS && line.ends_with('…'), "{line}");
}
