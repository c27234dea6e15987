use std::collections::BTreeSet;

use messages::Messages;

use super::*;
use crate::{
    Report,
    data::{Answer, Contribution, Kind, OpenGap},
};

fn edition() -> Edition {
    Edition::from(&Report::sample())
}

fn view(edition: &Edition, language: &str) -> View {
    View::of(edition, language, Messages::for_language(language))
}

/// An edition with two goals more, one of whose codes is what the codes of two others make when joined by `+`.
fn crowded() -> Edition {
    let mut edition = edition();
    for code in ["2", "1+2"] {
        let mut goal = edition.framework.goals[0].clone();
        (goal.id, goal.code) = (code.to_owned(), code.to_owned());
        goal.indicators.clear();
        edition.framework.goals.push(goal);
    }
    let answer = edition.contributions.remove(0);
    for (at, goals) in [&["1"][..], &["1", "2"], &["2", "1"], &["1+2"], &[]].iter().enumerate() {
        let goals: Vec<String> = goals.iter().map(ToString::to_string).collect();
        let id = format!("c-{at}");
        edition.contributions.push(Contribution { id, goals, ..answer.clone() });
    }
    edition
}

fn sections(view: &View) -> impl Iterator<Item = &Section> {
    view.chapters.iter().flat_map(|chapter| &chapter.parts).flat_map(|part| &part.sections)
}

#[test]
fn no_anchor_stands_twice_and_an_earlier_one_is_kept_where_it_is_free() {
    let view = view(&crowded(), "nl");
    let anchors = sections(&view).map(|section| section.anchor.as_str());
    let earlier = sections(&view).flat_map(|section| &section.earlier_anchors);
    let all: Vec<&str> = anchors.chain(earlier.map(String::as_str)).collect();
    assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "{all:?}");
    // `1+2` is a goal, so that its anchor never leads to the goals 1 and 2.
    for expected in ["voorbeeld:1,2", "voorbeeld:1+2", "voorbeeld:2,1", "voorbeeld:2+1"] {
        assert!(all.contains(&expected), "{expected}: {all:?}");
    }
    assert_eq!(all.len(), 6, "{all:?}");
}

#[test]
fn headings_name_goals_and_subgoals() {
    let mut edition = crowded();
    edition.framework.goals[0].kind = crate::data::GoalKind::Subgoal;
    let headings = |edition: &Edition, language| {
        sections(&view(edition, language))
            .map(|section| section.heading.clone())
            .collect::<Vec<_>>()
    };
    let dutch = ["Subdoel 1", "Doelen 1 en 2", "Doelen 2 en 1", "Doel 1+2", "Overige bijdragen"];
    assert_eq!(headings(&edition, "nl"), dutch);
    assert_eq!(headings(&edition, "en")[..2], ["Subgoal 1", "Goals 1 and 2"]);
}

#[test]
fn every_contribution_appears_once_even_one_of_nobody_which_a_publisher_refuses() {
    let mut edition = crowded();
    edition.contributions[1].organisation = "ander".to_owned();
    edition.contributions[2].goals = vec!["nowhere".to_owned()];
    let laid_out = view(&edition, "nl");
    let anchors: BTreeSet<_> = laid_out.entries().map(|entry| &entry.anchor).collect();
    assert_eq!((anchors.len(), laid_out.entries().count()), (5, 5));
    let last = laid_out.chapters.last().unwrap();
    assert_eq!((last.anchor.as_str(), last.name.as_str()), ("ander", "ander"));
    let found = faults(&edition);
    assert!(found.len() == 1 && found[0].contains("no organisation of the cycle"), "{found:?}");
}

#[test]
fn a_narrative_that_cannot_be_parsed_is_shown_passage_by_passage_and_refused() {
    let mut edition = edition();
    edition.contributions[0].texts[0].markdown = "<raw>".to_owned();
    let laid_out = view(&edition, "nl");
    let entry = laid_out.entries().next().unwrap();
    assert!(
        matches!(&entry.blocks[..], [Block::Paragraph { passage, .. }] if passage.ends_with("/p1"))
    );
    assert_eq!(faults(&edition).len(), 1);
}

#[test]
fn a_status_is_shown_unless_it_is_simply_reported() {
    let mut edition = edition();
    let mut status = |answer| {
        edition.contributions[0].answer = answer;
        view(&edition, "nl").entries().next().unwrap().status.clone().map(|status| status.text)
    };
    assert_eq!(status(Some(Answer::Reported)), None);
    assert_eq!(status(None), None);
    assert_eq!(status(Some(Answer::Partial)).as_deref(), Some("deels beantwoord"));
    assert_eq!(status(Some(Answer::Other("later".to_owned()))).as_deref(), Some("later"));
}

#[test]
fn what_a_later_version_adds_is_read_and_what_it_does_not_know_is_kept() {
    let mut later = serde_json::to_value(edition()).unwrap();
    later["contributions"][0]["answer"] = "in_other_words".into();
    later["contributions"][0]["kind"] = "later".into();
    later["added"] = 1.into();
    let read = Edition::read(later.to_string().as_bytes()).unwrap();
    assert_eq!(read.contributions[0].answer, Some(Answer::Other("in_other_words".to_owned())));
    assert_eq!(view(&read, "nl").entries().count(), 1);
    later["format"] = "voortgang-edition/2".into();
    assert!(Edition::read(later.to_string().as_bytes()).is_err());
}

#[test]
fn every_label_is_there_in_every_language() {
    for language in ["nl", "en"] {
        let messages = Messages::for_language(language);
        let view = serde_json::to_string(&View::of(&crowded(), language, messages)).unwrap();
        assert!(!view.contains("{edition-") && !view.contains("{shared-"), "{view}");
    }
}

#[test]
fn texts_in_another_language_than_the_labels_say_so() {
    let english = view(&edition(), "en");
    assert_eq!(english.title.language(), Some("nl"));
    assert_eq!(english.entries().next().unwrap().foreign.as_deref(), Some("nl"));
    assert_eq!(view(&edition(), "nl-BE").title.language(), None);
}

#[test]
fn notes_are_numbered_over_the_edition_and_lead_back_to_each_reference() {
    let mut edition = crowded();
    let text = "Een[^a], twee[^b] en weer een[^a].\n\n[^a]: Noot a.\n\n[^b]: Noot b.";
    for contribution in &mut edition.contributions[..2] {
        contribution.texts[0].markdown = text.to_owned();
    }
    let laid_out = view(&edition, "nl");
    let notes: Vec<&Footnote> = laid_out
        .entries()
        .filter_map(|entry| match entry.blocks.last() {
            Some(Block::Notes { notes }) => Some(notes),
            _ => None,
        })
        .flatten()
        .collect();
    let numbers: Vec<_> = notes.iter().map(|note| note.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let references: Vec<_> = notes.iter().map(|note| note.references.len()).collect();
    assert_eq!(references, [2, 1, 2, 1]);
    let html = crate::html::body(&laid_out);
    let anchors = notes.iter().flat_map(|note| {
        note.references.iter().map(|reference| &reference.anchor).chain([&note.anchor])
    });
    for anchor in anchors {
        assert_eq!(html.matches(&format!("id=\"{anchor}\"")).count(), 1, "{anchor}");
        assert!(html.contains(&format!("href=\"#{anchor}\"")), "{anchor}");
    }
}

#[test]
fn the_reason_of_an_answer_without_a_text_is_shown() {
    let mut report = Report::sample();
    let content = &mut report.contributions[0].content;
    content.narratives.clear();
    content.note = "Er was niets.".to_owned();
    let reason = |report: &Report| {
        let edition = Edition::from(report);
        view(&edition, "nl").entries().next().unwrap().status.clone().unwrap().reason
    };
    assert_eq!(reason(&report), Text::default(), "a note beside an answer is for the record");
    report.contributions[0].content.answer = Some(model::AnswerStatus::NothingToReport);
    assert_eq!(reason(&report).to_string(), "Er was niets.");
}

#[test]
fn a_joint_contribution_names_all_and_is_found_under_each() {
    let mut report = Report::sample();
    let partner = crate::Reporter { code: "partner".parse().unwrap(), name: "De Partner".into() };
    report.organisations.push(partner);
    let alone = view(&Edition::from(&report), "nl");
    assert!(alone.chapters.iter().all(|chapter| chapter.joint.is_empty()), "the control");
    // One that does not report in the cycle is not named.
    report.contributions[0].content.partners = ["partner", "gone"].map(ToOwned::to_owned).into();
    let edition = Edition::from(&report);
    assert_eq!(edition.contributions[0].partners, ["partner"]);
    let view = view(&edition, "nl");
    let entry = view.entries().next().unwrap();
    assert_eq!(entry.partners.iter().map(Text::as_str).collect::<Vec<_>>(), ["De Partner"]);
    let [lead, partner] = &view.chapters[..] else { panic!("two chapters") };
    assert!(lead.joint.is_empty());
    let [joint] = &partner.joint[..] else { panic!("one contribution") };
    assert_eq!((&joint.anchor, &joint.organisation), (&entry.anchor, &lead.name));
    let cells = view.overview.pillars.iter().flat_map(|pillar| &pillar.rows);
    let links = cells.flat_map(|row| &row.cells[1].links);
    assert_eq!(links.map(|link| &link.anchor).collect::<Vec<_>>(), [&entry.anchor]);
    let page = crate::html::body(&view);
    assert!(page.contains("Samen met: De Partner"), "{page}");
}

#[test]
fn a_change_note_names_what_a_contribution_answers() {
    use crate::data::{Change, ChangeKind, Changes};

    let mut edition = edition();
    let known = edition.contributions[0].clone();
    let of = |id: &str| Change {
        kind: ChangeKind::Changed,
        organisation: Some(known.organisation.clone()),
        contribution: Some(id.to_owned()),
    };
    let changes = vec![of(&known.id), of("gone")];
    edition.changes = Some(Changes { since: "plan/2021/1".to_owned(), changes });
    let codes = if known.indicators.is_empty() { &known.goals } else { &known.indicators };
    let expected = format!("{} ({}), gone", codes.join(" + "), known.id);
    let lines = format!("{:?}", view(&edition, "nl").colophon.lines);
    assert!(!codes.is_empty() && lines.contains(&expected), "{expected} in {lines}");
}

#[test]
fn what_nobody_answered_is_a_gap_only_where_it_was_required() {
    let mut edition = edition();
    let answer = edition.contributions[0].clone();
    let unanswered = |indicator: &str| Contribution {
        kind: Kind::Unanswered,
        goals: vec!["1".to_owned()],
        indicators: vec![indicator.to_owned()],
        ..answer.clone()
    };
    let states = |edition: &Edition| {
        let gaps = Gaps::of(edition);
        ["1-a", "1-b", "1-c"].map(|indicator| CellState::of(&unanswered(indicator), &gaps))
    };
    let owed = edition.obligations.as_mut().unwrap();
    owed.gaps = 1;
    owed.open = vec![OpenGap {
        organisation: "voorbeeld".to_owned(),
        goal: "1".to_owned(),
        indicator: Some("1-b".to_owned()),
    }];
    assert_eq!(states(&edition), [CellState::Excused, CellState::Open, CellState::Optional]);
    // A file of an earlier version counts its gaps and names none.
    edition.obligations.as_mut().unwrap().open.clear();
    assert_eq!(states(&edition), [CellState::Excused, CellState::Open, CellState::Open]);
}
