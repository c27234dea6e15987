//! Random histories of several people's actions: each answer, and what stands at the end, is what a reference of its own says.

mod play;
mod random;
mod reference;
mod vocabulary;

use std::{sync::Arc, time::Instant};

use sqlx::Row as _;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    audit::pool,
    database::Database,
    environment,
    histories::{
        play::{Callers, Entries, play},
        random::History,
        vocabulary::Fault,
    },
    sandbox::Sandbox,
};

/// Histories under way at the same time on one storage.
const TOGETHER: usize = 16;
/// Histories of one database: whenever a cycle is opened, the catalogue of all of its cycles is written anew.
const OF_A_DATABASE: usize = 50;

/// Every rule matters in one of so many histories; some, such as who confirms an override, in one of some hundreds.
const MATTERS_WITHIN: u64 = 50_000;

/// Plays histories of these numbers; the first that differs, with what was done.
async fn played(
    sandbox: Sandbox,
    seed: u64,
    numbers: std::ops::Range<usize>,
) -> Result<usize, String> {
    let callers = Arc::new(Callers::of(&sandbox));
    let (sandbox, permits) = (Arc::new(sandbox), Arc::new(Semaphore::new(TOGETHER)));
    let mut running = JoinSet::new();
    for number in numbers {
        let (sandbox, callers, permits) = (sandbox.clone(), callers.clone(), permits.clone());
        running.spawn(async move {
            let _permit = permits.acquire().await.unwrap();
            let seed_of = seed.wrapping_add(number as u64);
            let history = History::of(seed_of, None);
            let played = play(&sandbox, &callers, number, &history).await;
            played.map(|entries| (history.steps.len(), entries)).map_err(|wrong| {
                format!("the history of VOORTGANG_SEED={seed_of}, the first of it:\n{wrong}")
            })
        });
    }
    let (mut steps, mut expected) = (0, Entries::new());
    while let Some(ended) = running.join_next().await {
        let (played, entries) = ended.unwrap()?;
        steps += played;
        expected.extend(entries);
    }
    let found = entries(&sandbox).await;
    if found == expected {
        return Ok(steps);
    }
    let is_in = |entries: &Entries, (key, count): (&_, &i64)| entries.get(key) == Some(count);
    let missing: Vec<_> = expected.iter().filter(|one| !is_in(&found, *one)).take(5).collect();
    let strange: Vec<_> = found.iter().filter(|one| !is_in(&expected, *one)).take(5).collect();
    Err(format!("entries of the audit log: {missing:?} are missing, {strange:?} should not be"))
}

/// Entries of changes in the audit log.
async fn entries(sandbox: &Sandbox) -> Entries {
    let sql = "SELECT action, object, COUNT(*) AS n FROM audit WHERE action IN \
               ('contribution.draft', 'contribution.submit', 'contribution.approve', 'contribution.return', \
                'contribution.withdraw', 'contribution.unapprove', 'contribution.consent', 'cycle.change', 'cycle.close', 'cycle.reopen', 'override.make', 'override.confirm', 'edition.publish') GROUP BY action, object";
    let rows = sqlx::query(sql).fetch_all(&pool(sandbox).await).await.unwrap();
    let entry = |row: &sqlx::any::AnyRow| ((row.get("action"), row.get("object")), row.get("n"));
    rows.iter().map(entry).collect()
}

/// `VOORTGANG_HISTORIES` says how many, such as
/// `VOORTGANG_HISTORIES=50000 cargo test -p storage --test it histories -- --nocapture`. A history takes 0.4 s of
/// processor time in the profile of the tests.
async fn every_history_is_as_expected(usual: usize, database: impl AsyncFn() -> Database) {
    let count = environment::count("VOORTGANG_HISTORIES", usual);
    let seed = environment::seed("histories");
    let (begin, mut steps) = (Instant::now(), 0);
    for first in (0..count).step_by(OF_A_DATABASE) {
        let sandbox = Sandbox::on(database().await).await;
        let numbers = first..count.min(first + OF_A_DATABASE);
        match played(sandbox, seed, numbers).await {
            Ok(played) => steps += played,
            Err(wrong) => panic!("{wrong}"),
        }
    }
    eprintln!("{count} histories, {steps} actions, {:.1} s", begin.elapsed().as_secs_f64());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_history_is_as_the_reference_has_it_on_sqlite() {
    every_history_is_as_expected(500, async || Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_history_is_as_the_reference_has_it_on_postgres() {
    every_history_is_as_expected(500, Database::postgres).await;
}

/// The control: a reference with a wrong rule is found by the first history in which the rule matters.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_rule_is_seen() {
    let seed = environment::seed("wrong rules");
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let callers = Callers::of(&sandbox);
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        let matters =
            |seed: &u64| !History::of(*seed, Some(fault)).tells_as(&History::of(*seed, None));
        let matching = (0..MATTERS_WITHIN).map(|next| seed.wrapping_add(next)).find(matters);
        let matching = matching.unwrap_or_else(|| panic!("{fault:?} matters in no history"));
        eprintln!("{fault:?} matters first in history {}", matching.wrapping_sub(seed) + 1);
        let wrong = play(&sandbox, &callers, number, &History::of(matching, Some(fault))).await;
        let wrong = wrong.expect_err(&format!("{fault:?} made no difference"));
        assert!(wrong.contains("but was answered") || wrong.contains("has to be"), "{wrong}");
    }
}
