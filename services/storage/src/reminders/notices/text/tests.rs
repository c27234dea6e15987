use std::sync::Arc;

use model::{
    Asked, Contribution, ContributionState, CycleName, Decision, DecisionKind, Grant, Hash,
    Instant, NoticeKind, Passage, ReturnReason, Role, Target, reminder::Member,
};
use uuid::Uuid;

use super::{MAX_LISTED, News};
use crate::reminders::{
    notices::happening::{About, Happening, Plan, Work},
    text::Letter,
};

fn contribution(external_id: &str) -> Contribution {
    let content = testkit::content("Een fonds gaf drie miljoen.");
    Contribution {
        id: Uuid::from_u128(7),
        cycle: "plan/2021".parse().unwrap(),
        organisation: "alfa".parse().unwrap(),
        external_id: external_id.parse().ok(),
        state: ContributionState::Submitted,
        content_hash: Hash::of(b"content"),
        content,
        version: 1,
        passages: Vec::new(),
        findings: Vec::new(),
        create_time: Instant(0),
        update_time: Instant(0),
        autosave: false,
        rolled_forward: false,
        author: "anna".to_owned(),
        approved_version: 0,
        state_time: Instant(0),
    }
}

fn happening(kind: NoticeKind, position: u64, about: About) -> Happening {
    let plan = Arc::new(Plan { cycle: testkit::cycle(), framework: testkit::framework() });
    let (object, actors) = (String::new(), Vec::new());
    Happening { kind, position, object, actors, plan, about }
}

fn work(external_id: &str, decision: Option<Decision>) -> About {
    let text = "Een fonds gaf drie miljoen.".to_owned();
    let passages = vec![Passage { id: "p1".into(), language: "nl".into(), text }];
    let head = contribution(external_id);
    About::Contribution(Box::new(Work { head, decision, passages, talk: Vec::new() }))
}

fn returned() -> Decision {
    let passage =
        Target { passage: "p1".into(), first_sentence: 1, last_sentence: 2, ..Target::default() };
    let figure = Target { figure: 3, ..Target::default() };
    Decision {
        number: 1,
        contribution: Uuid::from_u128(7),
        version: 1,
        content_hash: Hash::of(b"content"),
        kind: DecisionKind::Return,
        actor: "rita".to_owned(),
        time: Instant(0),
        reason: Some(ReturnReason::Unclear),
        text: "Welk fonds?\nEn wanneer?".to_owned(),
        targets: vec![passage, figure],
        organisations: Vec::new(),
    }
}

fn letter(happened: &[Happening], language: &str) -> Letter {
    letter_with_pages_at("https://plan.example.nl/", happened, language)
}

fn letter_with_pages_at(pages_at: &str, happened: &[Happening], language: &str) -> Letter {
    let grant = Grant { organisation: "alfa".parse().ok(), ..Grant::everywhere(Role::Contributor) };
    let member = Member { person: "anna".to_owned(), grants: vec![grant] };
    News { happened, member: &member, pages_at }.letter(language)
}

#[test]
fn a_return_says_why_what_about_and_how_to_see_it() {
    let one = [happening(NoticeKind::Returned, 12, work("a-1", Some(returned())))];
    let Letter { subject, text } = letter(&one, "nl");
    assert_eq!(subject, "Teruggegeven: bijdrage alfa/a-1 (Plan 2021)");
    let expected = "\
Goedendag,

Dit gebeurde in het plan “Plan”, periode 2021.

Teruggegeven: bijdrage alfa/a-1.
- 1: Doel 1
Reden: iets is niet te begrijpen zoals het er staat
> Welk fonds?
> En wanneer?
Passage p1:1-2: “Een fonds gaf drie miljoen.”
Cijfer 3
Zo bekijkt u het:
  voortgang review decisions plan/2021 alfa a-1

U kunt deze berichten één keer per dag krijgen, of helemaal niet: vraag het de beheerder.

Dit bericht is automatisch verstuurd.
Kenmerk: plan/2021 #12
";
    assert_eq!(text, expected);
    assert!(!text.contains("rita"), "a mail names nobody");
}

#[test]
fn several_things_are_in_one_mail_and_each_says_where_to_see_it() {
    let asked = |organisation: &str| Asked {
        organisation: organisation.parse().unwrap(),
        goal: "1".to_owned(),
        indicator: "1-a".to_owned(),
    };
    let edition = "plan/2021".parse::<CycleName>().unwrap().edition(1);
    let many = [
        happening(NoticeKind::Assigned, 3, About::Obligations(vec![asked("alfa"), asked("beta")])),
        happening(NoticeKind::Answered, 4, work("a-1", None)),
        happening(NoticeKind::Approved, 5, work("", None)),
        happening(NoticeKind::Published, 9, About::Edition(edition, String::new())),
    ];
    let Letter { subject, text } = letter(&many, "en");
    assert_eq!(subject, "4 messages (Plan 2021)");
    for part in [
        "Assigned to alfa: 1 item.\n- alfa 1 1-a: Indicator van 1\nTo see it:\n  voortgang obligations list plan/2021 --organisation alfa\n\n",
        "New answer to a remark on contribution alfa/a-1.\n- 1: Doel 1\nTo see it:\n  voortgang remark list plan/2021 alfa a-1\n\n",
        "To see it:\n  voortgang review compare 00000000-0000-0000-0000-000000000007\n\n",
        "Published: edition plan/2021/1.\nTo see it:\n  https://plan.example.nl/plan/2021/1\n\n",
        "Reference: plan/2021 #9\n",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("beta"), "what others are asked is not said: {text}");
}

#[test]
fn a_withdrawal_says_why_and_without_an_address_the_command() {
    let edition = "plan/2021".parse::<CycleName>().unwrap().edition(1);
    let about = About::Edition(edition, "Een cijfer klopt niet.".to_owned());
    let one = [happening(NoticeKind::Withdrawn, 9, about)];
    let with = |pages_at: &str| letter_with_pages_at(pages_at, &one, "nl").text;
    let said = "Ingetrokken: editie plan/2021/1.\n> Een cijfer klopt niet.\nZo bekijkt u het:\n";
    let linked = format!("{said}  https://plan.example.nl/plan/2021/1\n");
    assert!(
        with("https://plan.example.nl").contains(&linked),
        "{}",
        with("https://plan.example.nl")
    );
    let named = format!("{said}  voortgang edition show plan/2021/1\n");
    assert!(with("").contains(&named), "{}", with(""));
}

#[test]
fn a_long_list_is_cut() {
    let many: Vec<Happening> = (1..=MAX_LISTED as u64 + 5)
        .map(|position| happening(NoticeKind::Approved, position, work("a-1", None)))
        .collect();
    let Letter { text, .. } = letter(&many, "nl");
    assert!(text.contains("\n\nen nog 5 meer\n\n"), "{text}");
}
