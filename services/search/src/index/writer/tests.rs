use std::{fs, sync::mpsc, time::Duration};

use model::{Clock as _, ContributionState, Hash, Passage};
use proptest::prelude::*;
use tempfile::TempDir;
use testkit::TestClock;
use uuid::Uuid;

use super::*;
use crate::{
    Config,
    index::{Generations, differences},
};

pub(super) fn contribution(number: u128, version: u64, kind: ContributionKind) -> Contribution {
    let now = TestClock::new().now();
    let text = format!("tekst{version}");
    Contribution {
        id: Uuid::from_u128(number),
        cycle: testkit::cycle().name,
        organisation: "alfa".parse().unwrap(),
        external_id: Some(format!("a-{number}").parse().unwrap()),
        state: ContributionState::Submitted,
        content: model::Content { kind, ..testkit::content(&text) },
        content_hash: Hash::of(text.as_bytes()),
        version,
        passages: vec![Passage { id: "p0".to_owned(), language: "nl".to_owned(), text }],
        findings: Vec::new(),
        create_time: now,
        update_time: now,
        autosave: false,
        rolled_forward: false,
        author: String::new(),
        approved_version: 0,
        state_time: model::Instant(0),
    }
}

fn working(contribution: Contribution) -> Change {
    Change::Working {
        contribution: Box::new(contribution),
        cycle: Arc::new(testkit::cycle()),
        framework: Arc::new(testkit::framework()),
        organisations: Vec::new(),
    }
}

fn answer(number: u128, version: u64) -> Change {
    working(contribution(number, version, ContributionKind::Answer))
}

pub(super) fn edition(number: u32, contributions: Vec<Contribution>) -> Change {
    Change::Edition {
        name: format!("plan/2021/{number}").parse().unwrap(),
        published: Instant(number.into()),
        cycle: Arc::new(testkit::cycle()),
        framework: Arc::new(testkit::framework()),
        organisations: testkit::framework().organisations,
        contributions,
    }
}

pub(super) fn withdrawn(edition: &str) -> Change {
    Change::Withdrawn { name: edition.parse().unwrap(), published: None, withdrawn: Instant(10) }
}

fn config(folder: &TempDir) -> Config {
    Config { index: folder.path().to_owned(), ..Config::default() }
}

pub(super) fn open(folder: &TempDir) -> Arc<Generation> {
    Generations::open(&config(folder)).unwrap().in_use()
}

/// The documents of the working index: id and revision.
fn documents(generation: &Generation) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = revisions(&generation.working)
        .unwrap()
        .into_iter()
        .map(|(id, revision)| (id, revision.version))
        .collect();
    found.sort();
    found
}

/// Texts that are gone leave no abbreviation behind, in memory or in what a commit carries.
#[test]
fn abbreviations_go_with_the_edition_whose_texts_explain_them() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let explains = |text: &str| {
        let mut saved = contribution(1, 1, ContributionKind::Answer);
        text.clone_into(&mut saved.passages[0].text);
        saved
    };
    let known = || {
        let state = generation.state();
        let of_commit: Vec<String> = state.published.abbreviations.keys().cloned().collect();
        assert_eq!(of_commit, state.concepts.keys().cloned().collect::<Vec<_>>());
        of_commit
    };
    generation
        .apply(&[edition(1, vec![explains("Het Nationaal Actieplan (NAP).")])], &[1])
        .unwrap();
    generation.apply(&[edition(2, vec![explains("De Verenigde Naties (VN).")])], &[2]).unwrap();
    assert_eq!(known(), ["plan/2021/1", "plan/2021/2"]);
    generation.apply(&[edition(2, vec![explains("Niets.")])], &[3]).unwrap();
    assert_eq!(known(), ["plan/2021/1"]);
    generation.apply(&[withdrawn("plan/2021/1")], &[4]).unwrap();
    assert!(known().is_empty());
}

#[test]
fn a_batch_that_failed_is_applied_when_it_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    generation.apply(&[answer(1, 1)], &[1]).unwrap();
    let (there, away) = (generation.folder.join("working"), folder.path().join("away"));
    fs::rename(&there, &away).unwrap();
    let batch = [answer(1, 2), answer(2, 1)];
    for _ in 0..2 {
        assert!(generation.apply(&batch, &[2, 3]).is_err());
        assert_eq!(generation.shown().watermark, 1, "readers see commits only");
    }
    fs::rename(&away, &there).unwrap();
    generation.apply(&batch, &[2, 3]).unwrap();
    let expected = vec![(Uuid::from_u128(1).to_string(), 2), (Uuid::from_u128(2).to_string(), 1)];
    assert_eq!(documents(&generation), expected);
    drop(generation);
    let generation = open(&folder);
    assert_eq!((documents(&generation), generation.shown().watermark), (expected, 3));
}

/// A disk may be slow; whoever asks meanwhile is answered from the commit before.
#[test]
fn a_batch_under_way_holds_up_no_reader() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let _under_way = generation.state();
    let (sender, receiver) = mpsc::channel();
    let asked = generation.clone();
    std::thread::spawn(move || sender.send(asked.shown().watermark));
    assert_eq!(receiver.recv_timeout(Duration::from_mins(1)), Ok(0));
}

#[test]
fn an_edition_read_again_has_its_documents_once() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let pinned = |number| contribution(number, 1, ContributionKind::Answer);
    for _ in 0..2 {
        generation.apply(&[edition(2, vec![pinned(1), pinned(2)])], &[]).unwrap();
    }
    generation.apply(&[edition(1, vec![pinned(1)])], &[]).unwrap();
    assert_eq!(generation.published.count(), 3);
    assert_eq!(
        generation.shown().editions.current(None),
        ["plan/2021/2"],
        "an older edition comes late"
    );
}

/// Publishing and withdrawing editions 1 to 3, of which 2 is never withdrawn, in any order and with repeats, with a restart:
/// the fetch of an edition may come late, with what it said before.
fn comings_and_goings() -> impl Strategy<Value = (Vec<usize>, usize)> {
    let again = proptest::collection::vec(0..5_usize, 0..8);
    let order = again.prop_map(|again| (0..5).chain(again).collect::<Vec<_>>()).prop_shuffle();
    (order, 0..5_usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn editions_withdrawn_in_any_order_stay_away((order, restart) in comings_and_goings()) {
        let folder = tempfile::tempdir().unwrap();
        let mut generation = open(&folder);
        let pinned = || vec![contribution(1, 1, ContributionKind::Answer)];
        for (step, place) in order.iter().enumerate() {
            let change = match place {
                0..=2 => edition(u32::try_from(*place).unwrap() + 1, pinned()),
                3 => withdrawn("plan/2021/3"),
                _ => withdrawn("plan/2021/1"),
            };
            generation.apply(&[change], &[]).unwrap();
            if step == restart {
                drop(generation);
                generation = open(&folder);
            }
        }
        prop_assert_eq!(generation.published.count(), 1);
        prop_assert_eq!(&generation.shown().editions.current(None), &["plan/2021/2"]);
        generation.apply(&[withdrawn("plan/2021/2")], &[]).unwrap();
        prop_assert!(generation.shown().editions.current(None).is_empty());
    }
}

#[test]
fn a_tombstone_takes_the_place_of_its_revision_and_the_text_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let tombstone = contribution(1, 2, ContributionKind::Answer).erased("for a test");
    for _ in 0..2 {
        generation
            .apply(&[answer(1, 2), working(tombstone.clone()), answer(1, 2)], &[1, 2])
            .unwrap();
        assert!(documents(&generation).is_empty());
    }
    generation.apply(&[answer(1, 3), working(tombstone)], &[3, 4]).unwrap();
    assert_eq!(documents(&generation), [(Uuid::from_u128(1).to_string(), 3)]);
}

/// A change of the working index, or a restart.
#[derive(Debug, Clone)]
enum Step {
    Apply { number: u128, version: u64 },
    Restart,
}

/// Revisions 1 to 4 of contributions 0 to 2, each at least once, with restarts in between.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let again = proptest::collection::vec((0..3_u128, 1..5_u64), 0..8);
    let steps = again.prop_map(|again| {
        let each = (0..3).flat_map(|number| (1..5).map(move |version| (number, version)));
        let apply = |(number, version)| Step::Apply { number, version };
        each.chain(again).map(apply).collect::<Vec<_>>()
    });
    (steps.prop_shuffle(), proptest::collection::vec(0..12_usize, 0..2)).prop_map(
        |(mut steps, restarts)| {
            for place in restarts {
                steps.insert(place, Step::Restart);
            }
            steps
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn revisions_in_any_order_end_in_the_latest(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut generation = open(&folder);
        for step in &steps {
            match step {
                Step::Apply { number, version } => {
                    let position = u64::try_from(*number).unwrap() * 4 + version;
                    generation.apply(&[answer(*number + 1, *version)], &[position]).unwrap();
                }
                Step::Restart => {
                    drop(generation);
                    generation = open(&folder);
                }
            }
        }
        let latest: Vec<_> = (1..=3).map(|number| (Uuid::from_u128(number).to_string(), 4)).collect();
        prop_assert_eq!(documents(&generation), latest);
        prop_assert_eq!(generation.working.count(), 3);
        prop_assert_eq!(generation.shown().watermark, 12);
    }
}

#[test]
fn an_open_cell_takes_its_document_away() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    generation.apply(&[answer(1, 1), answer(2, 1)], &[1, 2]).unwrap();
    generation
        .apply(&[working(contribution(1, 2, ContributionKind::Unanswered)), answer(1, 1)], &[3])
        .unwrap();
    assert_eq!(documents(&generation), [(Uuid::from_u128(2).to_string(), 1)]);
    drop(generation);
    assert_eq!(open(&folder).shown().watermark, 3, "the counts of its commit are right");
}

#[test]
fn a_decision_changes_the_state_of_its_revision_and_a_withdrawal_takes_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let decided = |state, time| Contribution {
        state,
        state_time: model::Instant(time),
        ..contribution(1, 1, ContributionKind::Answer)
    };
    let state = |generation: &Generation| {
        let searcher = generation.working.reader.searcher();
        let found =
            searcher.search(&tantivy::query::AllQuery, &tantivy::collector::DocSetCollector);
        let texts: Vec<String> = found
            .unwrap()
            .into_iter()
            .map(|address| {
                let document: tantivy::TantivyDocument = searcher.doc(address).unwrap();
                let display = document.get_first(generation.working.fields.display).unwrap();
                let text = tantivy::schema::Value::as_str(&display).unwrap();
                serde_json::from_str::<crate::index::document::Display>(text).unwrap().state
            })
            .collect();
        texts.concat()
    };
    generation.apply(&[working(decided(ContributionState::Submitted, 1))], &[1]).unwrap();
    generation.apply(&[working(decided(ContributionState::Approved, 2))], &[2]).unwrap();
    generation.apply(&[working(decided(ContributionState::Submitted, 1))], &[3]).unwrap();
    assert_eq!(state(&generation), "approved");
    drop(generation);
    let generation = open(&folder);
    generation.apply(&[working(decided(ContributionState::Returned, 3))], &[4]).unwrap();
    assert_eq!(state(&generation), "returned");
    generation.apply(&[working(decided(ContributionState::Withdrawn, 4))], &[5]).unwrap();
    generation.apply(&[working(decided(ContributionState::Returned, 3))], &[6]).unwrap();
    assert_eq!((documents(&generation).len(), generation.working.count()), (0, 0));
    drop(generation);
    assert_eq!(open(&folder).shown().watermark, 6, "the counts of its commit are right");
}

/// What no checksum of the engine covers: the file that names segments, and carries the watermark.
#[test]
fn one_bit_of_the_commit_changed_is_seen_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    for number in 1..=4 {
        let pinned = contribution(number, 1, ContributionKind::Answer);
        let number = u32::try_from(number).unwrap();
        let changes = [answer(number.into(), 1), edition(number, vec![pinned])];
        generation.apply(&changes, &[number.into()]).unwrap();
    }
    generation.apply(&[answer(1, 2)], &[5]).unwrap();
    let in_use = generation.folder.clone();
    drop(generation);
    for index in ["published", "working"] {
        let file = in_use.join(index).join("meta.json");
        let whole = fs::read(&file).unwrap();
        for place in (0..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            fs::write(&file, changed).unwrap();
            let opened = std::panic::catch_unwind(|| Generation::open(&in_use, 15_000_000));
            if let Ok(Ok(generation)) = opened {
                assert_eq!(generation.shown().watermark, 5, "{index} {place}");
                assert_eq!(generation.published.count(), 4, "{index} {place}");
                assert_eq!(documents(&generation)[0].1, 2, "{index} {place}");
                assert_eq!(documents(&generation).len(), 4, "{index} {place}");
            }
            fs::write(&file, &whole).unwrap();
        }
    }
}

/// What may happen to a contribution of a plan of its own, in the order of the record: published, corrected, withdrawn.
fn life(number: u128) -> [Change; 6] {
    let saved = |version| contribution(number, version, ContributionKind::Answer);
    let published = |place: u32| {
        let Change::Edition { published, cycle, framework, organisations, .. } =
            edition(place, Vec::new())
        else {
            panic!("an edition")
        };
        let name = format!("p{number}/2021/{place}").parse().unwrap();
        let contributions = vec![saved(place.into())];
        Change::Edition { name, published, cycle, framework, organisations, contributions }
    };
    let gone =
        Contribution { state: ContributionState::Withdrawn, state_time: Instant(9), ..saved(2) };
    [
        working(saved(1)),
        published(1),
        working(saved(2)),
        published(2),
        working(gone),
        withdrawn(&format!("p{number}/2021/1")),
    ]
}

/// What both indexes have of the contribution of each plan: hashes of its content by edition, its drafts, and the current edition.
fn states(generation: &Generation, count: u128) -> Vec<String> {
    let public = generation.indexed_editions().unwrap();
    let current = generation.shown().editions.current(None);
    let drafts = documents(generation);
    let of = |number: u128| {
        let plan = format!("p{number}/");
        let own = public.iter().filter(|one| one.edition.starts_with(&plan));
        let own: Vec<_> = own
            .map(|one| {
                let place = one.edition.rsplit('/').next();
                (place, one.documents.values().collect::<Vec<_>>())
            })
            .collect();
        let id = Uuid::from_u128(number).to_string();
        let drafts = drafts.iter().filter(|(known, _)| *known == id).count();
        let current = current.iter().filter_map(|edition| edition.strip_prefix(&plan));
        format!("{own:?} {drafts} {:?}", current.collect::<Vec<_>>())
    };
    (1..=count).map(of).collect()
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    (0..count).fold(vec![Vec::new()], |shorter, last| {
        let with_last = |order: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..=order.len())
                .map(|at| {
                    let mut order = order.clone();
                    order.insert(at, last);
                    order
                })
                .collect()
        };
        shorter.iter().flat_map(with_last).collect()
    })
}

/// Each order of the six with one of them a second time at another place, all beside one another.
#[test]
fn events_in_any_order_with_duplicates_end_in_one_state() {
    let mut orders = permutations(6);
    assert_eq!(orders.len(), 720);
    for (at, order) in orders.iter_mut().enumerate() {
        order.insert((at * 5) % 7, at % 6);
    }
    // The first has the order of the record, and the last, which is the control, lacks the withdrawal of its edition.
    orders.insert(0, (0..6).collect());
    orders.push((0..5).collect());
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let lives: Vec<[Change; 6]> = (1..=orders.len()).map(|number| life(number as u128)).collect();
    for step in 0..7 {
        let (mut changes, mut positions) = (Vec::new(), Vec::new());
        for (number, (order, life)) in orders.iter().zip(&lives).enumerate() {
            if let Some(at) = order.get(step) {
                changes.push(life[*at].clone());
                positions.push((number * 6 + at + 1) as u64);
            }
        }
        generation.apply(&changes, &positions).unwrap();
    }
    let states = states(&generation, orders.len() as u128);
    let (control, others) = states.split_last().unwrap();
    for (order, state) in orders.iter().zip(others) {
        assert_eq!(*state, others[0], "{order:?}");
    }
    assert_ne!(*control, others[0], "the control");
    let lacking = generation.shown().watermark;
    assert_eq!(lacking, 721 * 6 + 5, "every position, however often it comes");
}

#[test]
fn a_document_that_is_lost_changes_the_root_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let all = [1, 2, 3].map(|number| contribution(number, 1, ContributionKind::Answer));
    let change = edition(1, all.to_vec());
    generation.apply(std::slice::from_ref(&change), &[1]).unwrap();
    let name = "plan/2021/1".parse().unwrap();
    let root = model::content_root(&name, &all);
    let own = generation.indexed_editions().unwrap().remove(0);
    assert_eq!((own.root, own.documents.len()), (root, 3), "as storage has it");
    assert!(differences(&name, &change.documents(), Some(&own)).is_empty());
    generation.lose("plan/2021/1/alfa/a-2");
    let own = generation.indexed_editions().unwrap().remove(0);
    assert_ne!(own.root, root);
    let lost = differences(&name, &change.documents(), Some(&own));
    assert_eq!(lost, ["alfa/a-2"]);
    generation.apply(&[change], &[]).unwrap();
    assert_eq!(generation.indexed_editions().unwrap()[0].root, root);
}
