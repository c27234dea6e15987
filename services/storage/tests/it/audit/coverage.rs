//! No call that changes the record, and none that shows an outsider what is not public, is without an entry:
//! every call that the descriptors name has its row here and is made.

mod obligations;

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use sqlx::AnyPool;
use wire::storage::{self as pb, history_service_client::HistoryServiceClient};

use crate::{
    audit::{count, pool},
    contract,
    database::Database,
    sandbox::{AuditClient, Client, Sandbox},
};

/// What a call has to do with the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// Changes the record: an entry, whoever calls.
    Changes,
    /// Shows what may not be public: an entry where an outsider asks.
    Shows,
    /// Neither.
    None,
    /// Does so by calls to storage, which have rows of their own.
    ThroughStorage,
}

use Effect::{Changes, None, Shows, ThroughStorage};

const CALLS: [(&str, Effect); 43] = [
    ("StorageService.RegisterFramework", Changes),
    ("StorageService.GetFramework", None),
    ("StorageService.ListFrameworks", None),
    ("StorageService.ListOrganisations", None),
    ("StorageService.OpenCycle", Changes),
    ("StorageService.GetCycle", None),
    ("StorageService.ListCycles", None),
    ("StorageService.SaveContributions", Changes),
    ("StorageService.GetContribution", Shows),
    ("StorageService.ListContributions", Shows),
    ("StorageService.PublishEdition", Changes),
    ("StorageService.GetEdition", None),
    ("StorageService.ListEditions", None),
    ("StorageService.ReadEdition", Shows),
    ("StorageService.RetryEdition", Changes),
    // A lease is work, not record: it says who renders, and changes nothing of what is kept.
    ("StorageService.LeaseJob", None),
    ("StorageService.FailJob", Changes),
    ("StorageService.UploadArtefact", Changes),
    ("StorageService.DownloadArtefact", Shows),
    // Ids and versions, no text.
    ("StorageService.ListChanges", None),
    ("StorageService.ListDeadLetters", None),
    ("StorageService.GetDeadLetter", None),
    ("StorageService.ReplayDeadLetter", Changes),
    ("StorageService.GetStorageStatus", None),
    ("HistoryService.ListRevisions", Shows),
    ("HistoryService.CompareRevisions", Shows),
    ("ObligationService.AssignObligations", Changes),
    ("ObligationService.RemoveObligation", Changes),
    ("ObligationService.RollForward", Changes),
    ("ObligationService.SetDeadline", Changes),
    ("ObligationService.AcceptGap", Changes),
    // Where an obligation stands tells of drafts.
    ("ObligationService.ListObligations", Shows),
    ("ObligationService.GetObligationMatrix", Shows),
    ("AuditService.ListAuditEntries", Shows),
    ("AuditService.ExportAudit", Shows),
    ("AuditService.RecordRead", Changes),
    ("IngestService.SubmitContribution", ThroughStorage),
    ("IngestService.SaveDraft", ThroughStorage),
    ("IngestService.SubmitContributions", ThroughStorage),
    ("IngestService.GetContribution", ThroughStorage),
    ("IngestService.ListContributions", ThroughStorage),
    ("RenderingService.RenderEdition", ThroughStorage),
    ("SearchService.Search", ThroughStorage),
];

/// Calls of other roles that have nothing to do with the record.
const ELSEWHERE: [&str; 3] =
    ["RenderingService.CheckTemplate", "SearchService.Reindex", "SearchService.GetSearchStatus"];

#[test]
fn every_call_of_the_descriptors_has_a_row() {
    let descriptors = prost_types::FileDescriptorSet::decode(wire::DESCRIPTORS).unwrap();
    let services = descriptors.file.iter().flat_map(|file| &file.service);
    let named: BTreeSet<String> = services
        .flat_map(|service| {
            service.method.iter().map(|method| format!("{}.{}", service.name(), method.name()))
        })
        .collect();
    let rows = CALLS.iter().map(|(name, _)| *name).chain(ELSEWHERE);
    let rows: BTreeSet<String> = rows.map(ToOwned::to_owned).collect();
    assert_eq!(named, rows, "say in the table whether the call leaves an entry");
}

/// Counts the entries that each call leaves.
struct Ledger {
    pool: AnyPool,
    /// How many entries each call left for a role and for an outsider, at least.
    left: BTreeMap<&'static str, (i64, i64)>,
}

impl Ledger {
    /// Makes a call as a role and as an outsider.
    async fn both(&mut self, name: &'static str, call: impl AsyncFn(bool)) {
        let start = count(&self.pool).await;
        call(false).await;
        let middle = count(&self.pool).await;
        call(true).await;
        let end = count(&self.pool).await;
        self.left.insert(name, (middle - start, end - middle));
    }

    async fn once(&mut self, name: &'static str, call: impl Future<Output = ()>) {
        let start = count(&self.pool).await;
        call.await;
        let left = count(&self.pool).await - start;
        self.left.insert(name, (left, left));
    }
}

fn asked<T>(message: T, is_outsider: bool) -> tonic::Request<T> {
    if is_outsider { as_outsider(message) } else { tonic::Request::new(message) }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_leave_the_entries_that_the_table_says() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut ledger = Ledger { pool: pool(&sandbox).await, left: BTreeMap::new() };
    let (mut client, mut audit) = (sandbox.client.clone(), sandbox.audit.clone());
    change(&mut ledger, &mut client, &sandbox).await;
    show(&mut ledger, &client, &audit).await;
    show_history(&mut ledger, &sandbox).await;
    obligations::change(&mut ledger, &sandbox).await;
    obligations::show(&mut ledger, &sandbox).await;
    let read = pb::RecordReadRequest {
        actor: "somebody".into(),
        origin: "search".into(),
        action: "working.search".into(),
        object: "working".into(),
        payload: "vrede".into(),
    };
    let refused = audit.record_read(as_outsider(read.clone())).await.unwrap_err();
    assert_eq!(rpc::reason(&refused).unwrap(), "FOR_ROLES_ALONE");
    ledger
        .once("AuditService.RecordRead", async { drop(audit.record_read(read).await.unwrap()) })
        .await;
    for (name, effect) in CALLS {
        let Some((as_role, as_outsider)) = ledger.left.remove(name) else {
            assert!(matches!(effect, None | ThroughStorage), "{name} was not called");
            continue;
        };
        match effect {
            Changes => assert!(0 < as_role && 0 < as_outsider, "{name} leaves no entry"),
            Shows => assert_eq!((as_role, as_outsider), (0, 1), "{name}"),
            None | ThroughStorage => assert_eq!((as_role, as_outsider), (0, 0), "{name}"),
        }
    }
}

async fn change(ledger: &mut Ledger, client: &mut Client, sandbox: &Sandbox) {
    ledger
        .once("StorageService.RegisterFramework", async {
            drop(contract::register(&mut client.clone()).await);
        })
        .await;
    ledger
        .once("StorageService.OpenCycle", async { drop(contract::open(&mut client.clone()).await) })
        .await;
    let save = testkit::save("a-1", "Tekst.");
    ledger
        .once("StorageService.SaveContributions", async {
            drop(contract::save(&mut client.clone(), save).await);
        })
        .await;
    ledger
        .once("StorageService.PublishEdition", async {
            drop(contract::publish(&mut client.clone(), "2022-01-01").await);
        })
        .await;
    let (html, json) = ("plan/2021/1/html/nl", "plan/2021/1/json/nl");
    let lease = contract::lease(client, html).await.unwrap();
    let request = pb::FailJobRequest { name: html.into(), lease, error: "broken".into() };
    ledger
        .once("StorageService.FailJob", async {
            drop(client.clone().fail_job(request).await.unwrap());
        })
        .await;
    let request = pb::RetryEditionRequest { name: "plan/2021/1".into() };
    ledger
        .once("StorageService.RetryEdition", async {
            drop(client.clone().retry_edition(request).await.unwrap());
        })
        .await;
    let start = count(&ledger.pool).await;
    let lease = contract::lease(client, json).await.unwrap();
    ledger.left.insert("StorageService.LeaseJob", (count(&ledger.pool).await - start, 0));
    let hash = model::Hash::of(b"{}");
    ledger
        .once("StorageService.UploadArtefact", async {
            contract::upload(&mut client.clone(), json, lease, b"{}", hash).await.unwrap();
        })
        .await;
    let id = park(sandbox, client).await;
    let request = pb::ReplayDeadLetterRequest { id };
    ledger
        .once("StorageService.ReplayDeadLetter", async {
            drop(client.clone().replay_dead_letter(request).await.unwrap());
        })
        .await;
}

/// Puts a message among the dead letters, as if a consumer had given it up.
async fn park(sandbox: &Sandbox, client: &mut Client) -> u64 {
    let event = bus::Event {
        id: "00000000-0000-7000-8000-000000000001".into(),
        topic: "rendering.requested.v1".into(),
        subject: "plan/2021/1/html/nl".into(),
        source: "urn:test".into(),
        ty: "nl.renderings.rendering-requested.v1".into(),
        time: "2022-03-01T12:00:00.000Z".into(),
        sequence: 1,
        traceparent: Option::None,
        payload: Vec::new(),
    };
    let sql = "INSERT INTO dead_letters (queue, event_id, topic, subject, reason, attempts, attributes, payload, park_time) VALUES ('rendering.jobs', $1, $2, $3, 'test', 1, $4, $5, 0)";
    sqlx::query(sql)
        .bind(event.id.as_str())
        .bind(event.topic.as_str())
        .bind(event.subject.as_str())
        .bind(serde_json::to_string(&event.attributes()).unwrap())
        .bind(event.payload.clone())
        .execute(&pool(sandbox).await)
        .await
        .unwrap();
    let request = pb::ListDeadLettersRequest::default();
    client.list_dead_letters(request).await.unwrap().into_inner().dead_letters[0].id
}

async fn show(ledger: &mut Ledger, client: &Client, audit: &AuditClient) {
    let cycle = "plan/2021".to_owned();
    let list = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    let listed = client.clone().list_contributions(list.clone()).await.unwrap().into_inner();
    let id = listed.contributions[0].id.clone();
    let get = pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
    ledger
        .both("StorageService.ListContributions", async |outsider| {
            client.clone().list_contributions(asked(list.clone(), outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("StorageService.GetContribution", async |outsider| {
            client.clone().get_contribution(asked(get.clone(), outsider)).await.unwrap();
        })
        .await;
    // It is not public yet: one of its files is not there.
    ledger
        .both("StorageService.ReadEdition", async |outsider| {
            let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
            client.clone().read_edition(asked(request, outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("StorageService.DownloadArtefact", async |outsider| {
            let sha256 = model::Hash::of(b"{}").to_string();
            let request = pb::DownloadArtefactRequest { sha256 };
            client.clone().download_artefact(asked(request, outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("StorageService.GetEdition", async |outsider| {
            let request = pb::GetEditionRequest { name: "plan/2021/1".into() };
            client.clone().get_edition(asked(request, outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("AuditService.ListAuditEntries", async |outsider| {
            let request = pb::ListAuditEntriesRequest::default();
            audit.clone().list_audit_entries(asked(request, outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("AuditService.ExportAudit", async |outsider| {
            audit.clone().export_audit(asked(pb::ExportAuditRequest {}, outsider)).await.unwrap();
        })
        .await;
}

async fn show_history(ledger: &mut Ledger, sandbox: &Sandbox) {
    let history = HistoryServiceClient::new(sandbox.channel.clone());
    let cycle = "plan/2021".to_owned();
    let list = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    let listed = sandbox.client.clone().list_contributions(list).await.unwrap().into_inner();
    let id = || listed.contributions[0].id.clone();
    ledger
        .both("HistoryService.ListRevisions", async |outsider| {
            let request =
                pb::ListRevisionsRequest { id: id(), ..pb::ListRevisionsRequest::default() };
            history.clone().list_revisions(asked(request, outsider)).await.unwrap();
        })
        .await;
    ledger
        .both("HistoryService.CompareRevisions", async |outsider| {
            let request = pb::CompareRevisionsRequest { id: id(), from: 1, to: 1 };
            history.clone().compare_revisions(asked(request, outsider)).await.unwrap();
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_edition_is_read_without_an_entry() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut client = contract::prepared(&sandbox).await;
    contract::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    contract::publish(&mut client, "2022-01-01").await;
    for job in ["plan/2021/1/html/nl", "plan/2021/1/json/nl"] {
        let lease = contract::lease(&mut client, job).await.unwrap();
        let hash = model::Hash::of(b"{}");
        contract::upload(&mut client, job, lease, b"{}", hash).await.unwrap();
    }
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
    client.read_edition(as_outsider(request)).await.unwrap();
    assert_eq!(count(&pool).await, before);
}

/// The call of somebody who may do everything, as it comes through the door.
fn as_outsider<T>(message: T) -> tonic::Request<T> {
    rpc::acting_as(message, &rpc::Identity::with_every_role("operator"))
}
