//! What the audit log promises, through its own calls and behind their back.

mod coverage;
mod histories;
pub(crate) mod log;
mod origin;
pub(crate) mod rows;
mod tampering;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use audit::{PublicKey, Reason, Report};
use data_encoding::HEXLOWER;
use signing::SigningKey;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use wire::v1 as pb;

pub(crate) use crate::audit::{coverage::park, origin::an_entry_records_how_the_call_came_in};
use crate::{
    audit::{
        log::{export, read_log},
        tampering::Tampered,
    },
    calls, environment,
    sandbox::Sandbox,
};

/// Tamperings of each test.
const TAMPERINGS: usize = 1_000;
const TIMEOUT: Duration = Duration::from_mins(1);
const HOUR: i64 = 3_600_000;

/// A small generator of random numbers whose seed is printed, so that a failure can be had again.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(what: &str) -> Self {
        Self(environment::seed(what))
    }

    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

pub(crate) async fn pool(sandbox: &Sandbox) -> AnyPool {
    // Storage installs the drivers once it has opened its database.
    let request = pb::GetStorageStatusRequest {};
    sandbox.client.operations().get_storage_status(request).await.unwrap();
    AnyPool::connect(&sandbox.database.address()).await.unwrap()
}

pub(crate) async fn count(pool: &AnyPool) -> i64 {
    count_of(pool, "audit").await
}

pub(crate) async fn count_of(pool: &AnyPool, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {table}"));
    sqlx::query(sql).fetch_one(pool).await.unwrap().get("n")
}

fn key(sandbox: &Sandbox) -> PublicKey {
    storage::public_key(&sandbox.folder.path().join("audit.key")).unwrap().0.parse().unwrap()
}

fn anchors(sandbox: &Sandbox) -> Vec<audit::Anchor> {
    audit::read_anchors(&sandbox.folder.path().join("objects/audit/checkpoints"))
        .unwrap_or_default()
}

/// Verifies what is exported now.
async fn verified(sandbox: &Sandbox, keys: &[PublicKey], anchors: &[audit::Anchor]) -> Report {
    audit::verify(Cursor::new(export(sandbox).await), keys, anchors).unwrap()
}

/// The same with the installation's key and no anchors.
pub(crate) async fn verified_alone(sandbox: &Sandbox) -> Report {
    verified(sandbox, &[key(sandbox)], &[]).await
}

/// A log with an edition and an anchor on its last entry; returns how many entries it has.
async fn anchored_log(sandbox: &Sandbox) -> u64 {
    let mut client = calls::prepared(sandbox).await;
    for i in 0..12 {
        calls::save(&mut client, testkit::save(&format!("a-{i}"), &format!("Tekst {i}."))).await;
        sandbox.clock.advance(1_000);
    }
    calls::publish(&mut client, "2022-01-01").await;
    for job in ["plan/2021/1/html/nl", "plan/2021/1/json/nl"] {
        let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
        let hash = model::Hash::of(b"{}");
        calls::upload(&mut sandbox.rendering.clone(), job, lease, b"{}", hash).await.unwrap();
    }
    for i in 0..12 {
        calls::save(&mut client, testkit::save(&format!("a-{i}"), &format!("Later {i}."))).await;
    }
    let end = Instant::now() + TIMEOUT;
    loop {
        sandbox.clock.advance(HOUR);
        let entries = read_log(&pool(sandbox).await).await.entries.len() as u64;
        let anchors = anchors(sandbox);
        let positions = anchors.iter().filter_map(|anchor| anchor.checkpoint.as_ref());
        if positions.map(|checkpoint| checkpoint.position).max() == Some(entries) {
            return entries;
        }
        assert!(Instant::now() < end, "no anchor stands on entry {entries}: {anchors:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn an_entry_is_in_the_chain_when_its_change_is_answered(sandbox: Sandbox) {
    let pool = pool(&sandbox).await;
    for i in 0..3 {
        let mut framework = testkit::framework();
        framework.title = model::LocalizedText::of("nl", &format!("Plan {i}"));
        let request = pb::RegisterFrameworkRequest {
            framework: Some(framework.into()),
            validate_only: false,
            again: false,
        };
        sandbox.client.frameworks().register_framework(request).await.unwrap();
        let unchained = "SELECT COUNT(*) AS n FROM audit WHERE position = 0 OR chain_hash = ''";
        let unchained: i64 = sqlx::query(unchained).fetch_one(&pool).await.unwrap().get("n");
        assert_eq!((unchained, count(&pool).await), (0, i64::from(i) + 1));
    }
}

pub(crate) async fn an_untouched_log_is_sound_and_a_cut_tail_needs_anchors(sandbox: Sandbox) {
    let entries = anchored_log(&sandbox).await;
    let (keys, anchors) = ([key(&sandbox)], anchors(&sandbox));
    let report = verified(&sandbox, &keys, &anchors).await;
    assert_eq!(report.finding, None);
    assert_eq!((report.entries, report.anchored_until), (entries, entries));
    let causes: Vec<&str> = anchors
        .iter()
        .filter_map(|anchor| anchor.checkpoint.as_ref())
        .map(|checkpoint| &*checkpoint.cause)
        .collect();
    assert!(causes.contains(&"plan/2021/1") && causes.contains(&"schedule"), "{causes:?}");
    let pool = pool(&sandbox).await;
    let kept = entries - 3;
    let tail = read_log(&pool).await.entries.split_off(usize::try_from(kept).unwrap());
    for statement in [
        format!("DELETE FROM audit WHERE position > {kept}"),
        format!("DELETE FROM checkpoints WHERE position > {kept}"),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }
    let finding = verified(&sandbox, &keys, &[]).await.finding.unwrap();
    assert_eq!(finding.reason, Reason::RowUnrecorded, "what the tail wrote is still there");
    for row in tail.iter().flat_map(|entry| entry.rows.lines()) {
        let (contribution, _) = row.strip_prefix("revision ").unwrap().split_once('/').unwrap();
        let sql = "DELETE FROM revisions WHERE contribution = $1 AND version = 2";
        sqlx::query(sql).bind(contribution).execute(&pool).await.unwrap();
    }
    let cut = export(&sandbox).await;
    let blind = audit::verify(Cursor::new(&cut), &keys, &[]).unwrap();
    assert_eq!(
        blind.finding, None,
        "the chain alone does not show it, which is why there are anchors"
    );
    let finding = audit::verify(Cursor::new(&cut), &keys, &anchors).unwrap().finding.unwrap();
    assert_eq!((finding.position, finding.reason), (kept + 1, Reason::Truncated), "{finding}");
}

pub(crate) async fn every_tampering_is_found(sandbox: Sandbox) {
    anchored_log(&sandbox).await;
    let (keys, anchors) = ([key(&sandbox)], anchors(&sandbox));
    let pool = pool(&sandbox).await;
    let original = read_log(&pool).await;
    let forger = SigningKey::fresh().unwrap();
    let mut random = Random::new("tamperings");
    let mut found = std::collections::BTreeMap::new();
    for round in 0..TAMPERINGS {
        let Tampered { kind, log: tampered, finding: (position, reason) } =
            tampering::tamper(&original, &forger, &mut random);
        assert_ne!(tampered, original, "round {round}, {kind}: nothing was changed");
        log::write_log(&sandbox, &pool, &tampered).await;
        let finding = verified(&sandbox, &keys, &anchors).await.finding;
        let finding = finding.unwrap_or_else(|| panic!("round {round}: {kind} is not found"));
        let (named, why) = (finding.position, finding.reason);
        assert_eq!((named, why), (position, reason), "round {round}, {kind}: {finding}");
        *found.entry((kind, reason.name())).or_insert(0) += 1;
    }
    eprintln!("{TAMPERINGS} tamperings found, each at the first bad entry: {found:?}");
    log::write_log(&sandbox, &pool, &original).await;
    assert_eq!(verified(&sandbox, &keys, &anchors).await.finding, None, "the original is sound");
}

/// Whoever has no anchor, but knows the public key, sees that somebody else signed.
pub(crate) async fn a_log_that_was_made_anew_with_another_key_is_found_by_the_key(
    sandbox: Sandbox,
) {
    anchored_log(&sandbox).await;
    let (trusted, forger) = (key(&sandbox), SigningKey::fresh().unwrap());
    let forgers: PublicKey = HEXLOWER.encode(forger.public_key()).parse().unwrap();
    let pool = pool(&sandbox).await;
    let original = read_log(&pool).await;
    let first = u64::try_from(original.checkpoints[0].position).unwrap();
    for pretends in [false, true] {
        let mut anew = original.clone();
        tampering::rewrite(&mut anew);
        tampering::sign(&mut anew, &forger, pretends);
        log::write_log(&sandbox, &pool, &anew).await;
        let finding =
            verified(&sandbox, std::slice::from_ref(&trusted), &[]).await.finding.unwrap();
        let expected = (first, tampering::signed_by_another(pretends));
        assert_eq!((finding.position, finding.reason), expected, "{finding}");
        if !pretends {
            // Nothing but the key gives it away: to whoever takes the forger's for the installation's all is sound.
            let report = verified(&sandbox, std::slice::from_ref(&forgers), &[]).await;
            assert_eq!(report.finding, None);
        }
    }
}

pub(crate) async fn lists_of_entries_are_filtered_and_paged(sandbox: Sandbox) {
    let entries = anchored_log(&sandbox).await;
    let list = async |request: pb::ListAuditEntriesRequest| {
        sandbox.audit.audit().list_audit_entries(request).await.unwrap().into_inner()
    };
    let mut request =
        pb::ListAuditEntriesRequest { page_size: 7, ..pb::ListAuditEntriesRequest::default() };
    let mut positions = Vec::new();
    loop {
        let page = list(request.clone()).await;
        positions.extend(page.entries.iter().map(|entry| entry.position));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    // Each page leaves an entry behind, which a later page has.
    assert!(entries <= positions.len() as u64);
    assert!(positions.iter().copied().eq(1..=positions.len() as u64));
    let of = |object: &str, actor: &str| pb::ListAuditEntriesRequest {
        object: object.into(),
        actor: actor.into(),
        ..pb::ListAuditEntriesRequest::default()
    };
    let opened = list(of("plan/2021", "")).await.entries;
    assert_eq!(opened.iter().map(|entry| &*entry.action).collect::<Vec<_>>(), ["cycle.open"]);
    assert_eq!(list(of("plan/2021", "operator")).await.entries, opened);
    assert_eq!(list(of("plan/2021", "nobody")).await.entries, []);
    let all = list(pb::ListAuditEntriesRequest { page_size: 1_000, ..of("", "") }).await.entries;
    let moment = all[4].time;
    let before = pb::ListAuditEntriesRequest { until: moment, page_size: 1_000, ..of("", "") };
    let after = pb::ListAuditEntriesRequest { from: moment, page_size: 1_000, ..of("", "") };
    let (before, after) = (list(before).await.entries, list(after).await.entries);
    assert!(!before.is_empty() && before[..] == all[..before.len()]);
    assert!(after.starts_with(&all[before.len()..]));
    assert_eq!(after[0].time, moment);
}

pub(crate) async fn a_hundred_readers_at_once_leave_an_entry_each(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let saved = calls::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    let id = saved.contribution.unwrap().id;
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let readers = (0..100).map(|_| {
        let (client, id) = (client.clone(), id.clone());
        tokio::spawn(async move {
            let request =
                pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
            client.contributions().get_contribution(request).await.unwrap();
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
    assert_eq!(count(&pool).await, before + 100);
}

/// Every entry has a place and the chain holds.
pub(crate) async fn assert_sound(sandbox: &Sandbox) {
    calls::changes(&mut sandbox.client.clone()).await;
    let report = verified_alone(sandbox).await;
    assert!(report.finding.is_none() && 0 < report.entries, "{report:?}");
}
