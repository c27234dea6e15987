//! Each fault of a save, by field and reason; drafts and submissions side by side.

use std::sync::Arc;

use super::*;

fn cycle() -> CachedCycle {
    let mut cycle = testkit::cycle();
    cycle.organisations = vec!["alfa".parse().unwrap()];
    CachedCycle { cycle, framework: Arc::new(testkit::framework()) }
}

/// Those built in alone.
fn fonts() -> Fonts {
    Fonts::new(fonts::Config { folders: Vec::new() }, None)
}

fn sound() -> pb::Save {
    testkit::save("s-1", "Een tekst.")
}

fn faults(checked: Checked) -> Vec<(String, String)> {
    let refused = checked.expect_err("it is refused");
    let error = refused.error.expect("a refusal says why");
    error.field_violations.into_iter().map(|fault| (fault.field, fault.reason)).collect()
}

/// Changes a sound save and expects exactly these faults.
#[track_caller]
fn check(change: impl FnOnce(&mut pb::Save), expected: &[(&str, &str)]) {
    let mut changed = sound();
    change(&mut changed);
    let found = faults(save(Some(changed), Strictness::AsAsked, Some(&cycle()), &fonts()));
    let found: Vec<(&str, &str)> =
        found.iter().map(|(field, reason)| (field.as_str(), reason.as_str())).collect();
    assert_eq!(found, expected);
}

fn content_of(save: &mut pb::Save) -> &mut pb::Content {
    save.content.as_mut().unwrap()
}

fn say(save: &mut pb::Save, markdown: &str) {
    content_of(save).narratives[0].markdown = markdown.to_owned();
}

#[test]
fn a_sound_save_passes_without_findings() {
    let checked = save(Some(sound()), Strictness::AsAsked, Some(&cycle()), &fonts()).unwrap();
    assert_eq!(checked.findings, Vec::new());
    assert_eq!(checked.save.unwrap().mode(), SaveMode::Submit);
}

#[test]
fn what_names_something_is_checked() {
    check(|save| save.cycle = "no cycle".into(), &[("save.cycle", "INVALID_CYCLE_NAME")]);
    check(|save| save.id = "7".into(), &[("save.id", "INVALID_ID")]);
    check(|save| save.etag = "é".into(), &[("save.etag", "INVALID_ETAG")]);
    check(|save| save.mode = 99, &[("save.mode", "UNKNOWN_VALUE")]);
    check(|save| save.content = None, &[("save.content", "NOT_GIVEN")]);
}

/// Whether the sender writes for it is known to storage, which refuses it for one reason or the other.
#[test]
fn an_organisation_that_does_not_report_is_left_to_storage() {
    let strange = pb::Save { organisation: "gamma".into(), ..sound() };
    assert!(save(Some(strange), Strictness::AsAsked, Some(&cycle()), &fonts()).is_ok());
}

#[test]
fn an_unknown_cycle_is_reported_first() {
    let found = faults(save(Some(sound()), Strictness::AsAsked, None, &fonts()));
    assert_eq!(found, [("save.cycle".to_owned(), "CYCLE_NOT_FOUND".to_owned())]);
}

#[test]
fn nothing_at_all_is_refused() {
    let found = faults(save(None, Strictness::AsAsked, Some(&cycle()), &fonts()));
    assert_eq!(found, [("save".to_owned(), "NOT_GIVEN".to_owned())]);
}

#[test]
fn every_fault_is_reported_at_once() {
    let change = |save: &mut pb::Save| {
        save.organisation = "gamma".into();
        save.id = "7".into();
        content_of(save).goals = vec!["9".into()];
    };
    let mut changed = sound();
    change(&mut changed);
    let found = faults(save(Some(changed), Strictness::AsAsked, Some(&cycle()), &fonts()));
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["save.id", "save.organisation", "save.content.goals[0]"]);
}

#[test]
fn markdown_beyond_its_limits_is_refused() {
    let path = "save.content.narratives[0].markdown";
    for text in ["<b>vet</b>".to_owned(), ">".repeat(1_000) + " diep", "- punt\n".repeat(100_000)] {
        let mut changed = sound();
        say(&mut changed, &text);
        let found = faults(save(Some(changed), Strictness::AsAsked, Some(&cycle()), &fonts()));
        assert!(found.iter().any(|(field, _)| field.starts_with(path)), "{found:?}");
    }
}

#[test]
fn a_text_that_shows_nothing_reports_nothing() {
    for nothing in ["---", "&nbsp;", "\u{200b}", "| |\n|-|\n| |", "[a]: https://a.nl"] {
        check(|save| say(save, nothing), &[("save.content.narratives", "TEXT_MISSING")]);
    }
}

#[test]
fn what_of_a_text_is_not_shown_is_a_warning_with_its_line() {
    for (lossy, place) in [
        ("| Land | Aantal |\n|---|---|\n| Mali | 3 | extra |", "line 3"),
        ("Eerst.\n\n[Bron]: CBS\n\nDan.", "line 3"),
        ("De oppervlakte is 2*3*4 meter.", "line 1"),
        ("+ 31 vrouwen", "line 1"),
    ] {
        let mut changed = sound();
        say(&mut changed, lossy);
        let checked = save(Some(changed), Strictness::AsAsked, Some(&cycle()), &fonts()).unwrap();
        let [finding] = checked.findings.as_slice() else { panic!("{lossy}: {checked:?}") };
        assert_eq!(
            (finding.severity(), finding.reason.as_str(), finding.field.as_str()),
            (pb::Severity::Warning, "TEXT_NOT_SHOWN", "content.narratives[0].markdown")
        );
        assert!(finding.message.starts_with(place), "{}", finding.message);
    }
}

#[test]
fn a_draft_keeps_as_a_finding_what_refuses_a_submission() {
    let mut loose = sound();
    content_of(&mut loose).goals = vec!["9".into()];
    content_of(&mut loose).indicators.clear();
    let refused = faults(save(Some(loose.clone()), Strictness::Submit, Some(&cycle()), &fonts()));
    assert!(!refused.is_empty());
    let kept = save(Some(loose), Strictness::Draft, Some(&cycle()), &fonts()).unwrap();
    assert_eq!(kept.save.unwrap().mode(), SaveMode::Draft);
    let blockers = kept.findings.iter().map(|finding| format!("save.{}", finding.field));
    assert!(blockers.eq(refused.into_iter().map(|(field, _)| field)));
}

#[test]
fn an_indicator_of_another_goal_is_a_warning() {
    let mut changed = sound();
    content_of(&mut changed).indicators = vec!["1.1-a".into()];
    let checked = save(Some(changed), Strictness::Submit, Some(&cycle()), &fonts()).unwrap();
    let severities: Vec<_> = checked.findings.iter().map(pb::Finding::severity).collect();
    assert_eq!(severities, [pb::Severity::Warning]);
}

#[test]
fn what_no_font_has_is_a_blocker_that_names_field_passage_and_character() {
    let mut changed = sound();
    say(&mut changed, "# Kop\n\nWij zijn **blij** 😀 en 中.\n\n- ሰላም");
    let content = content_of(&mut changed);
    content.section = "Paragraaf 😀".to_owned();
    content.references.push(pb::Reference {
        kind: pb::ReferenceKind::Document.into(),
        as_written: "Nota \u{f0b7}".to_owned(),
        ..pb::Reference::default()
    });
    let refused =
        save(Some(changed.clone()), Strictness::Submit, Some(&cycle()), &fonts()).unwrap_err();
    let named: Vec<_> = refused.error.unwrap().field_violations;
    let unprintable: Vec<_> =
        named.iter().filter(|fault| fault.reason == "UNPRINTABLE_CHARACTER").collect();
    let fields: Vec<_> = unprintable.iter().map(|fault| fault.field.as_str()).collect();
    let narrative = "save.content.narratives[0].markdown";
    assert_eq!(
        fields,
        [narrative, narrative, "save.content.references[0].as_written", "save.content.section"]
    );
    let message = &unprintable[0].description;
    assert!(message.starts_with("line 3, column 19: no font has `😀` (U+1F600)"), "{message}");
    assert!(message.contains("`Wij zijn blij 😀 en 中.`"), "{message}");
    let everything = Fonts::new(fonts::Config::default(), None);
    let refused = save(Some(changed), Strictness::Submit, Some(&cycle()), &everything).unwrap_err();
    let left: Vec<_> = refused.error.unwrap().field_violations;
    let is_left = |fault: &FieldViolation| fault.reason == "UNPRINTABLE_CHARACTER";
    assert_eq!(left.iter().filter(|fault| is_left(fault)).count(), 1, "private use: {left:?}");
}

#[test]
fn partners_report_in_the_cycle_and_are_named_once() {
    let mut cycle = cycle();
    cycle.cycle.organisations.push("beta".parse().unwrap());
    let of = |partners: &[&str]| {
        let mut joint = sound();
        content_of(&mut joint).partners = partners.iter().map(|code| (*code).to_owned()).collect();
        save(Some(joint), Strictness::AsAsked, Some(&cycle), &fonts())
    };
    assert!(of(&["beta"]).is_ok());
    let found = faults(of(&["gamma", "alfa", "beta", "beta"]));
    let found: Vec<(&str, &str)> =
        found.iter().map(|(field, reason)| (field.as_str(), reason.as_str())).collect();
    let expected = [
        ("save.content.partners[0]", "UNKNOWN_PARTNER"),
        ("save.content.partners[1]", "DUPLICATE_PARTNER"),
        ("save.content.partners[3]", "DUPLICATE_PARTNER"),
    ];
    assert_eq!(found, expected);
}
