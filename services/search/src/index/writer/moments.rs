//! A search as of a moment finds what one at that moment would have, of what is still there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{Contribution, ContributionKind, Cycle, EditionName, Instant};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};

use crate::{
    dimension::Dimension,
    grammar::Reading,
    index::{
        Change, Concepts, Generation, Question, Scope, Sort, Visible,
        writer::tests::{contribution, open},
    },
};

/// Cycles, each with as many editions.
const CYCLES: [&str; 2] = ["plan/2021", "plan/2022"];
const EDITIONS: u32 = 3;
/// Everything happens from 0 until here.
const END: i64 = 16;
/// Histories that are played.
const HISTORIES: u32 = 16;
/// The largest number of changes in a commit.
const BATCH: usize = 4;

/// What became of an edition.
#[derive(Debug, Clone)]
struct Fate {
    cycle: &'static str,
    number: u32,
    published: i64,
    withdrawn: Option<i64>,
}

impl Fate {
    fn name(&self) -> EditionName {
        format!("{}/{}", self.cycle, self.number).parse().unwrap()
    }

    /// The one text that it pins.
    fn contribution(&self) -> Contribution {
        let version = u64::from(self.number);
        let contribution = contribution(version.into(), version, ContributionKind::Answer);
        Contribution { cycle: self.cycle.parse().unwrap(), ..contribution }
    }

    /// Returns a change about it: it was published (0), withdrawn (1), or both, known from a late fetch (2).
    fn change(&self, what: usize) -> Option<Change> {
        let (name, published) = (self.name(), Instant(self.published));
        if what == 0 {
            return Some(Change::Edition {
                name,
                published,
                cycle: Arc::new(Cycle { name: self.cycle.parse().unwrap(), ..testkit::cycle() }),
                framework: Arc::new(testkit::framework()),
                organisations: testkit::framework().organisations,
                contributions: vec![self.contribution()],
            });
        }
        let withdrawn = Instant(self.withdrawn?);
        Some(Change::Withdrawn { name, published: (what == 2).then_some(published), withdrawn })
    }
}

/// Editions, the order in which changes about them are applied, and the batch after which the index is opened again.
type History = (Vec<Fate>, Vec<(usize, usize)>, usize);

fn histories() -> impl Strategy<Value = History> {
    let names =
        CYCLES.into_iter().flat_map(|cycle| (1..=EDITIONS).map(move |number| (cycle, number)));
    let names: Vec<_> = names.collect();
    let count = names.len();
    let fates = proptest::collection::vec((0..12_i64, proptest::option::of(0..4_i64)), count);
    let fates = fates.prop_map(move |times| {
        let fate =
            |((cycle, number), (published, lasted)): ((&'static str, u32), (i64, Option<i64>))| {
                Fate {
                    cycle,
                    number,
                    published,
                    withdrawn: lasted.map(|lasted| published + lasted),
                }
            };
        names.iter().copied().zip(times).map(fate).collect::<Vec<_>>()
    });
    let again = proptest::collection::vec((0..count, 0..3_usize), 0..6);
    let order = again.prop_map(move |again| {
        let each = (0..count).flat_map(|edition| [(edition, 0), (edition, 1)]);
        each.chain(again).collect::<Vec<_>>()
    });
    (fates, order.prop_shuffle(), 0..2 * count / BATCH)
}

/// By what a reference chooses editions; all but the first are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Right,
    /// What happens at the moment itself has not happened yet.
    Before,
    /// The moment is passed over.
    Now,
    /// What was withdrawn since never was there, so that the edition before it is found.
    FallBack,
    /// What was withdrawn by then is still there.
    Forgetful,
}

/// Names of the editions that are found as of a moment: what happened until then is played.
fn expected(fates: &[Fate], at: i64, rule: Rule) -> BTreeSet<String> {
    let mut happened: Vec<(i64, bool, &Fate)> = Vec::new();
    for fate in fates.iter().filter(|fate| rule != Rule::FallBack || fate.withdrawn.is_none()) {
        happened.push((fate.published, false, fate));
        happened.extend(fate.withdrawn.map(|withdrawn| (withdrawn, true, fate)));
    }
    happened.sort_by_key(|(time, is_withdrawn, _)| (*time, *is_withdrawn));
    let mut public: BTreeMap<&str, BTreeMap<u32, &Fate>> = BTreeMap::new();
    for (time, is_withdrawn, fate) in happened {
        let has_happened = match rule {
            Rule::Now => true,
            Rule::Before => time < at,
            _ => time <= at,
        };
        let editions = public.entry(fate.cycle).or_default();
        match (has_happened, is_withdrawn) {
            (false, _) => {}
            (true, false) => drop(editions.insert(fate.number, fate)),
            (true, true) if rule == Rule::Forgetful => {}
            (true, true) => drop(editions.remove(&fate.number)),
        }
    }
    let current = public.values().filter_map(|editions| editions.values().next_back());
    let is_there = |fate: &&&Fate| fate.withdrawn.is_none();
    current.filter(is_there).map(|fate| fate.name().to_string()).collect()
}

/// An index to which a history was applied.
fn applied((fates, order, restart): &History) -> (tempfile::TempDir, Arc<Generation>) {
    let folder = tempfile::tempdir().unwrap();
    let mut generation = open(&folder);
    for (batch, changes) in order.chunks(BATCH).enumerate() {
        let changes = changes.iter().filter_map(|(edition, what)| fates[*edition].change(*what));
        generation.apply(&changes.collect::<Vec<_>>(), &[]).unwrap();
        if batch == *restart {
            drop(generation);
            generation = open(&folder);
        }
    }
    (folder, generation)
}

/// Names of the editions whose texts are found; that texts, total and counts go with them is checked on the way.
fn found(generation: &Generation, fates: &[Fate], as_of: Option<Instant>) -> BTreeSet<String> {
    let question = Question {
        reading: Reading::default(),
        is_as_written: false,
        filters: Vec::new(),
        scope: Scope::Published,
        visible: Visible::All,
        edition: None,
        as_of,
        sort: Sort::Score,
        offset: 0,
        at_position: None,
        limit: 100,
    };
    let answer = generation.answer(&question, &Concepts::default()).unwrap();
    let counts = answer.facets.iter().find(|facet| facet.dimension == Dimension::Cycle);
    let counted: u64 = counts.unwrap().counts.iter().map(|count| count.count).sum();
    assert_eq!((answer.total, counted), (answer.hits.len(), answer.hits.len() as u64));
    let editions: BTreeSet<String> = answer
        .hits
        .into_iter()
        .map(|hit| {
            let fate =
                fates.iter().find(|fate| fate.name().as_str() == hit.display.edition).unwrap();
            assert_eq!(hit.display.passages[0].text, fate.contribution().passages[0].text);
            hit.display.edition
        })
        .collect();
    assert_eq!(editions.len(), answer.total, "no edition is found twice");
    editions
}

#[test]
fn random_histories_are_found_as_they_were_at_every_moment_and_wrong_rules_are_seen() {
    let wrong = [Rule::Before, Rule::Now, Rule::FallBack, Rule::Forgetful];
    let mut seen = [0; 4];
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    for _ in 0..HISTORIES {
        let history = histories().new_tree(&mut runner).unwrap().current();
        let (_folder, generation) = applied(&history);
        let fates = &history.0;
        for at in -1..=END {
            let found = found(&generation, fates, Some(Instant(at)));
            assert_eq!(found, expected(fates, at, Rule::Right), "as of {at}: {history:?}");
            for (place, rule) in wrong.into_iter().enumerate() {
                seen[place] += u32::from(found != expected(fates, at, rule));
            }
        }
        let now = found(&generation, fates, None);
        for far in [END, i64::MAX] {
            assert_eq!(found(&generation, fates, Some(Instant(far))), now, "{history:?}");
        }
        assert!(found(&generation, fates, Some(Instant(i64::MIN))).is_empty(), "{history:?}");
    }
    assert!(seen.iter().all(|times| *times > 0), "{wrong:?} were seen {seen:?} times");
}

/// An edition that failed and was withdrawn never was public, whatever changes about it arrive.
#[test]
fn what_never_was_public_hides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let generation = open(&folder);
    let fate = Fate { cycle: CYCLES[0], number: 1, published: 1, withdrawn: None };
    let failed = Change::Withdrawn {
        name: "plan/2021/2".parse().unwrap(),
        published: None,
        withdrawn: Instant(5),
    };
    generation.apply(&[fate.change(0).unwrap(), failed], &[]).unwrap();
    for at in [2, 4, 5, 6] {
        let found = found(&generation, std::slice::from_ref(&fate), Some(Instant(at)));
        assert_eq!(found, BTreeSet::from([fate.name().to_string()]), "{at}");
    }
}

/// The record dates a withdrawal a moment before its event does; whichever is applied first, the record's holds.
#[test]
fn a_withdrawal_is_dated_by_the_record_once_that_is_known() {
    for event_first in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let generation = open(&folder);
        let fate = Fate { cycle: CYCLES[0], number: 1, published: 1, withdrawn: Some(5) };
        let event = Fate { withdrawn: Some(6), ..fate.clone() }.change(1).unwrap();
        let mut changes = vec![fate.change(2).unwrap(), event];
        if event_first {
            changes.reverse();
        }
        generation.apply(&changes, &[]).unwrap();
        assert_eq!(generation.shown().editions.current(Some(Instant(4))), ["plan/2021/1"]);
        assert!(generation.shown().editions.current(Some(Instant(5))).is_empty());
    }
}
