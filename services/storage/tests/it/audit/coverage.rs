//! No call that changes the record, and none that shows an outsider what is not public, is without an entry:
//! every call that the descriptors name has its row here and is made.

mod obligations;
mod people;
mod review;

use std::collections::{BTreeMap, BTreeSet};

use identity::ChannelExt as _;
use prost::Message as _;
use sqlx::AnyPool;
use wire::storage::{
    self as pb, access_service_client::AccessServiceClient,
    history_service_client::HistoryServiceClient,
};

use crate::{
    audit::{count, pool},
    contract,
    database::Database,
    sandbox::{AuditClient, Client, Sandbox, client_of, operator},
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

const CALLS: [(&str, Effect); 66] = [
    ("AccessService.GetCaller", None),
    ("AccessService.CheckAccess", None),
    ("AccessService.RevokeTokens", Changes),
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
    ("StorageService.GetEdition", Shows),
    ("StorageService.ListEditions", Shows),
    ("StorageService.ReadEdition", Shows),
    ("StorageService.WithdrawEdition", Changes),
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
    // What somebody was told of is between them and the coordinator.
    ("ReminderService.ListReminders", Shows),
    ("PersonService.SavePerson", Changes),
    ("PersonService.GetPerson", Shows),
    ("PersonService.ListPeople", Shows),
    ("PersonService.AddMembership", Changes),
    ("PersonService.EndMembership", Changes),
    ("PersonService.ErasePerson", Changes),
    ("PersonService.EraseContribution", Changes),
    ("ReviewService.ApproveContribution", Changes),
    ("ReviewService.ReturnContribution", Changes),
    ("ReviewService.WithdrawContribution", Changes),
    ("ReviewService.ListDecisions", Shows),
    ("ReviewService.CompareWithApproved", Shows),
    ("ReviewService.ListOverrides", Shows),
    ("ReviewService.ConfirmOverride", Changes),
    ("ReviewService.AddRemark", Changes),
    ("ReviewService.AnswerRemark", Changes),
    ("ReviewService.ResolveRemark", Changes),
    ("ReviewService.ListRemarks", Shows),
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
    /// How many entries each call left.
    left: BTreeMap<&'static str, i64>,
}

impl Ledger {
    async fn once(&mut self, name: &'static str, call: impl Future<Output = ()>) {
        let start = count(&self.pool).await;
        call.await;
        self.left.insert(name, count(&self.pool).await - start);
    }
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
    obligations::show_reminders(&mut ledger, &sandbox).await;
    people::make(&mut ledger, &sandbox).await;
    review::change(&mut ledger, &sandbox).await;
    review::show(&mut ledger, &sandbox).await;
    let read = pb::RecordReadRequest {
        actor: "somebody".into(),
        origin: "search".into(),
        action: "working.search".into(),
        object: "working".into(),
        payload: "vrede".into(),
    };
    let refused = audit.record_read(read.clone()).await.unwrap_err();
    assert_eq!(rpc::reason(&refused).unwrap(), "ROLE_MISSING");
    let mut search = AuditClient::new(sandbox.channel.clone().of_service("search"));
    ledger
        .once("AuditService.RecordRead", async { drop(search.record_read(read).await.unwrap()) })
        .await;
    let revoke = pb::RevokeTokensRequest {
        token_id: "1".into(),
        reason: "Test.".into(),
        ..pb::RevokeTokensRequest::default()
    };
    let mut access = AccessServiceClient::new(operator(&sandbox.channel));
    ledger
        .once("AccessService.RevokeTokens", async {
            drop(access.revoke_tokens(revoke).await.unwrap());
        })
        .await;
    for (name, effect) in CALLS {
        let Some(left) = ledger.left.remove(name) else {
            assert!(matches!(effect, None | ThroughStorage), "{name} was not called");
            continue;
        };
        match effect {
            Changes => assert!(0 < left, "{name} leaves no entry"),
            Shows => assert_eq!(left, 1, "{name}"),
            None | ThroughStorage => assert_eq!(left, 0, "{name}"),
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
    let lease = contract::lease(&mut sandbox.rendering.clone(), html).await.unwrap();
    let request = pb::FailJobRequest { name: html.into(), lease, error: "broken".into() };
    ledger
        .once("StorageService.FailJob", async {
            drop(sandbox.rendering.clone().fail_job(request).await.unwrap());
        })
        .await;
    let request = pb::RetryEditionRequest { name: "plan/2021/1".into() };
    ledger
        .once("StorageService.RetryEdition", async {
            drop(client.clone().retry_edition(request).await.unwrap());
        })
        .await;
    let start = count(&ledger.pool).await;
    let lease = contract::lease(&mut sandbox.rendering.clone(), json).await.unwrap();
    ledger.left.insert("StorageService.LeaseJob", count(&ledger.pool).await - start);
    let hash = model::Hash::of(b"{}");
    ledger
        .once("StorageService.UploadArtefact", async {
            contract::upload(&mut sandbox.rendering.clone(), json, lease, b"{}", hash)
                .await
                .unwrap();
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
pub(crate) async fn park(sandbox: &Sandbox, client: &mut Client) -> u64 {
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
        .once("StorageService.ListContributions", async {
            client.clone().list_contributions(list.clone()).await.unwrap();
        })
        .await;
    ledger
        .once("StorageService.GetContribution", async {
            client.clone().get_contribution(get.clone()).await.unwrap();
        })
        .await;
    // It is not public yet: one of its files is not there.
    ledger
        .once("StorageService.ReadEdition", async {
            let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
            client.clone().read_edition(request).await.unwrap();
        })
        .await;
    ledger
        .once("StorageService.DownloadArtefact", async {
            let sha256 = model::Hash::of(b"{}").to_string();
            let request = pb::DownloadArtefactRequest { sha256 };
            client.clone().download_artefact(request).await.unwrap();
        })
        .await;
    ledger
        .once("StorageService.GetEdition", async {
            let request = pb::GetEditionRequest { name: "plan/2021/1".into() };
            client.clone().get_edition(request).await.unwrap();
        })
        .await;
    ledger
        .once("StorageService.ListEditions", async {
            let request = pb::ListEditionsRequest::default();
            client.clone().list_editions(request).await.unwrap();
        })
        .await;
    ledger
        .once("AuditService.ListAuditEntries", async {
            let request = pb::ListAuditEntriesRequest::default();
            audit.clone().list_audit_entries(request).await.unwrap();
        })
        .await;
    ledger
        .once("AuditService.ExportAudit", async {
            audit.clone().export_audit(pb::ExportAuditRequest {}).await.unwrap();
        })
        .await;
}

async fn show_history(ledger: &mut Ledger, sandbox: &Sandbox) {
    let history = HistoryServiceClient::new(operator(&sandbox.channel));
    let cycle = "plan/2021".to_owned();
    let list = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    let listed = sandbox.client.clone().list_contributions(list).await.unwrap().into_inner();
    let id = || listed.contributions[0].id.clone();
    ledger
        .once("HistoryService.ListRevisions", async {
            let request =
                pb::ListRevisionsRequest { id: id(), ..pb::ListRevisionsRequest::default() };
            history.clone().list_revisions(request).await.unwrap();
        })
        .await;
    ledger
        .once("HistoryService.CompareRevisions", async {
            let request = pb::CompareRevisionsRequest { id: id(), from: 1, to: 1 };
            history.clone().compare_revisions(request).await.unwrap();
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
        let lease = contract::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
        let hash = model::Hash::of(b"{}");
        contract::upload(&mut sandbox.rendering.clone(), job, lease, b"{}", hash).await.unwrap();
    }
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let anybody = Client::new(sandbox.channel.clone().acting_as(&identity::Identity::Anybody));
    read_edition_by_every_call(anybody).await;
    assert_eq!(count(&pool).await, before);
    // Who wrote what is told to whoever works on the report, and to nobody else.
    let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
    client.read_edition(request).await.unwrap();
    assert_eq!(count(&pool).await, before + 1);
}

async fn read_edition_by_every_call(mut client: Client) {
    let name = || "plan/2021/1".to_owned();
    client.read_edition(pb::ReadEditionRequest { name: name() }).await.unwrap();
    client.get_edition(pb::GetEditionRequest { name: name() }).await.unwrap();
    let list = client.list_editions(pb::ListEditionsRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().editions.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_reads_on_its_own_account_leaves_no_entry() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut client = contract::prepared(&sandbox).await;
    let saved = contract::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    contract::publish(&mut client, "2022-01-01").await;
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let mut search = client_of(&sandbox.channel, "search");
    let id = saved.contribution.unwrap().id;
    let request = pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
    search.get_contribution(request).await.unwrap();
    let cycle = "plan/2021".to_owned();
    let request = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    search.list_contributions(request).await.unwrap();
    read_edition_by_every_call(search).await;
    assert_eq!(count(&pool).await, before);
}
