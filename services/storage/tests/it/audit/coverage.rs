//! No call that changes the record, and none that shows an outsider what is not public, is without an entry:
//! every call that the descriptors name has its row here and is made.

mod cycles;
mod obligations;
mod people;
mod reviews;

use std::collections::{BTreeMap, BTreeSet};

use identity::ChannelExt as _;
use prost::Message as _;
use sqlx::AnyPool;
use wire::{Clients, Service, internal, v1 as pb};

use crate::{
    audit::{count, pool},
    calls,
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

const CALLS: [(&str, Effect); 72] = [
    ("AccessService.GetCaller", None),
    ("AuthorisationService.CheckAccess", None),
    ("AccessService.RevokeTokens", Changes),
    ("FrameworkService.RegisterFramework", Changes),
    ("FrameworkService.GetFramework", None),
    ("FrameworkService.ListFrameworks", None),
    ("FrameworkService.ListIndicatorSeries", None),
    ("OrganisationService.ListOrganisations", None),
    ("CycleService.OpenCycle", Changes),
    ("CycleService.GetCycle", None),
    ("CycleService.ListCycles", None),
    ("CycleService.ChangeCycle", Changes),
    ("CycleService.CloseCycle", Changes),
    ("CycleService.ReopenCycle", Changes),
    ("CycleService.ListCycleChanges", Shows),
    ("CycleService.ListCycleFindings", Shows),
    ("SaveService.SaveContributions", Changes),
    ("ContributionService.GetContribution", Shows),
    ("ContributionService.ListContributions", Shows),
    ("EditionService.PublishEdition", Changes),
    ("EditionService.GetEdition", Shows),
    ("EditionService.ListEditions", Shows),
    ("EditionService.ReadEdition", Shows),
    ("EditionService.WithdrawEdition", Changes),
    ("EditionService.RetryEdition", Changes),
    ("EditionService.RepairEdition", Changes),
    // A lease is work, not record: it says who renders, and changes nothing of what is kept.
    ("JobService.LeaseJob", None),
    ("JobService.FailJob", Changes),
    ("JobService.UploadArtefact", Changes),
    ("EditionService.DownloadArtefact", Shows),
    // Ids and versions, no text.
    ("ChangeService.ListChanges", None),
    ("OperationsService.ListDeadLetters", None),
    ("OperationsService.GetDeadLetter", None),
    ("OperationsService.ReplayDeadLetter", Changes),
    ("OperationsService.GetStorageStatus", None),
    ("ContributionService.ListRevisions", Shows),
    ("ContributionService.CompareRevisions", Shows),
    ("ObligationService.AssignObligations", Changes),
    ("ObligationService.RemoveObligation", Changes),
    ("ObligationService.RollForward", Changes),
    ("ObligationService.SetDeadline", Changes),
    ("ObligationService.AcceptGap", Changes),
    // The state of an obligation shows that there are drafts.
    ("ObligationService.ListObligations", Shows),
    ("ObligationService.GetObligationMatrix", Shows),
    // What somebody was reminded of is between them and the coordinator.
    ("ReminderService.ListReminders", Shows),
    ("PersonService.SavePerson", Changes),
    ("PersonService.GetPerson", Shows),
    ("PersonService.ListPeople", Shows),
    ("PersonService.AddMembership", Changes),
    ("PersonService.EndMembership", Changes),
    ("PersonService.ErasePerson", Changes),
    ("ContributionService.EraseContribution", Changes),
    ("ReviewService.ApproveContribution", Changes),
    ("ReviewService.ApproveContributions", Changes),
    ("ReviewService.ReturnContribution", Changes),
    ("ReviewService.WithdrawContribution", Changes),
    ("ReviewService.ListDecisions", Shows),
    ("ReviewService.CompareWithApproved", Shows),
    ("OverrideService.ListOverrides", Shows),
    ("OverrideService.ConfirmOverride", Changes),
    ("RemarkService.AddRemark", Changes),
    ("RemarkService.AnswerRemark", Changes),
    ("RemarkService.ResolveRemark", Changes),
    ("RemarkService.ListRemarks", Shows),
    ("AuditService.ListAuditEntries", Shows),
    ("AuditService.ExportAudit", Shows),
    ("ReadService.RecordRead", Changes),
    ("SubmissionService.SubmitContribution", ThroughStorage),
    ("SubmissionService.SaveDraft", ThroughStorage),
    ("SubmissionService.SubmitContributions", ThroughStorage),
    ("TemplateService.RenderEdition", ThroughStorage),
    ("SearchService.Search", ThroughStorage),
];

/// Calls of other services that have nothing to do with the record.
const ELSEWHERE: [&str; 4] = [
    "TemplateService.CheckTemplate",
    "SearchService.Suggest",
    "SearchIndexService.Reindex",
    "SearchIndexService.GetSearchStatus",
];

#[test]
fn every_call_of_the_descriptors_has_a_row() {
    let descriptors = prost_types::FileDescriptorSet::decode(wire::DESCRIPTORS).unwrap();
    let services = descriptors.file.iter().flat_map(|file| &file.service);
    let named: BTreeSet<String> = services
        .flat_map(|service| {
            service.method.iter().map(|method| format!("{}.{}", service.name(), method.name()))
        })
        .collect();
    let rows: Vec<&str> = CALLS.iter().map(|(name, _)| *name).chain(ELSEWHERE).collect();
    let count = rows.len();
    let rows: BTreeSet<String> = rows.into_iter().map(ToOwned::to_owned).collect();
    assert_eq!(rows.len(), count, "a call stands twice in the table");
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
    let mut ledger = ledger(&sandbox).await;
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

/// Makes every call that changes the record or shows what is not public.
pub(super) async fn make_every_call(sandbox: &Sandbox) {
    ledger(sandbox).await;
}

async fn ledger(sandbox: &Sandbox) -> Ledger {
    let mut ledger = Ledger { pool: pool(sandbox).await, left: BTreeMap::new() };
    let (mut client, audit) = (sandbox.client.clone(), sandbox.audit.clone());
    change(&mut ledger, &mut client, sandbox).await;
    show(&mut ledger, &client, &audit).await;
    show_history(&mut ledger, sandbox).await;
    obligations::change(&mut ledger, sandbox).await;
    obligations::show(&mut ledger, sandbox).await;
    cycles::change(&mut ledger, sandbox).await;
    obligations::show_reminders(&mut ledger, sandbox).await;
    people::make(&mut ledger, sandbox).await;
    reviews::change(&mut ledger, sandbox).await;
    reviews::show(&mut ledger, sandbox).await;
    let read = internal::RecordReadRequest {
        actor: "somebody".into(),
        origin: "search".into(),
        action: "working.search".into(),
        object: "working".into(),
        payload: "vrede".into(),
    };
    let refused = audit.reads().record_read(read.clone()).await.unwrap_err();
    assert_eq!(rpc::reason(&refused).unwrap(), "ROLE_MISSING");
    let search = AuditClient::new(sandbox.channel.clone().of_service(Service::Search));
    ledger
        .once("ReadService.RecordRead", async {
            drop(search.reads().record_read(read).await.unwrap());
        })
        .await;
    let revoke = pb::RevokeTokensRequest {
        token_id: "1".into(),
        reason: "Test.".into(),
        ..pb::RevokeTokensRequest::default()
    };
    let access = Clients::new(operator(&sandbox.channel));
    ledger
        .once("AccessService.RevokeTokens", async {
            drop(access.access().revoke_tokens(revoke).await.unwrap());
        })
        .await;
    ledger
}

async fn change(ledger: &mut Ledger, client: &mut Client, sandbox: &Sandbox) {
    ledger
        .once("FrameworkService.RegisterFramework", async {
            drop(calls::register(&mut client.clone()).await);
        })
        .await;
    ledger
        .once("CycleService.OpenCycle", async { drop(calls::open(&mut client.clone()).await) })
        .await;
    let save = testkit::save("a-1", "Tekst.");
    ledger
        .once("SaveService.SaveContributions", async {
            drop(calls::save(&mut client.clone(), save).await);
        })
        .await;
    ledger
        .once("EditionService.PublishEdition", async {
            drop(calls::publish(&mut client.clone(), "2022-01-01").await);
        })
        .await;
    let (html, json) = ("plan/2021/1/html/nl", "plan/2021/1/json/nl");
    let lease = calls::lease(&mut sandbox.rendering.clone(), html).await.unwrap();
    let request = internal::FailJobRequest { name: html.into(), lease, error: "broken".into() };
    ledger
        .once("JobService.FailJob", async {
            drop(sandbox.rendering.jobs().fail_job(request).await.unwrap());
        })
        .await;
    let request = pb::RetryEditionRequest { name: "plan/2021/1".into() };
    ledger
        .once("EditionService.RetryEdition", async {
            drop(client.editions().retry_edition(request).await.unwrap());
        })
        .await;
    let start = count(&ledger.pool).await;
    let lease = calls::lease(&mut sandbox.rendering.clone(), json).await.unwrap();
    ledger.left.insert("JobService.LeaseJob", count(&ledger.pool).await - start);
    let hash = model::Hash::of(b"{}");
    ledger
        .once("JobService.UploadArtefact", async {
            calls::upload(&mut sandbox.rendering.clone(), json, lease, b"{}", hash).await.unwrap();
        })
        .await;
    repair(ledger, client, sandbox).await;
    let id = park(sandbox, client).await;
    let request = pb::ReplayDeadLetterRequest { id };
    ledger
        .once("OperationsService.ReplayDeadLetter", async {
            drop(client.operations().replay_dead_letter(request).await.unwrap());
        })
        .await;
}

/// Loses a file, and has it made again.
async fn repair(ledger: &mut Ledger, client: &mut Client, sandbox: &Sandbox) {
    let (json, hash) = ("plan/2021/1/json/nl", model::Hash::of(b"{}"));
    std::fs::remove_file(
        sandbox.folder.path().join("objects").join(catalogue::path_of(hash).as_ref()),
    )
    .unwrap();
    let request = pb::RepairEditionRequest { name: "plan/2021/1".into() };
    ledger
        .once("EditionService.RepairEdition", async {
            drop(client.editions().repair_edition(request).await.unwrap());
        })
        .await;
    let lease = calls::lease(&mut sandbox.rendering.clone(), json).await.unwrap();
    calls::upload(&mut sandbox.rendering.clone(), json, lease, b"{}", hash).await.unwrap();
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
        epoch: String::new(),
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
    client.operations().list_dead_letters(request).await.unwrap().into_inner().dead_letters[0].id
}

async fn show(ledger: &mut Ledger, client: &Client, audit: &AuditClient) {
    let cycle = "plan/2021".to_owned();
    let list = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    let listed =
        client.contributions().list_contributions(list.clone()).await.unwrap().into_inner();
    let id = listed.contributions[0].id.clone();
    let get = pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
    ledger
        .once("ContributionService.ListContributions", async {
            client.contributions().list_contributions(list.clone()).await.unwrap();
        })
        .await;
    ledger
        .once("ContributionService.GetContribution", async {
            client.contributions().get_contribution(get.clone()).await.unwrap();
        })
        .await;
    // It is not public yet: one of its files is not there.
    ledger
        .once("EditionService.ReadEdition", async {
            let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
            client.editions().read_edition(request).await.unwrap();
        })
        .await;
    ledger
        .once("EditionService.DownloadArtefact", async {
            let sha256 = model::Hash::of(b"{}").to_string();
            let request = pb::DownloadArtefactRequest { sha256 };
            client.editions().download_artefact(request).await.unwrap();
        })
        .await;
    ledger
        .once("EditionService.GetEdition", async {
            let request = pb::GetEditionRequest { name: "plan/2021/1".into() };
            client.editions().get_edition(request).await.unwrap();
        })
        .await;
    ledger
        .once("EditionService.ListEditions", async {
            let request = pb::ListEditionsRequest::default();
            client.editions().list_editions(request).await.unwrap();
        })
        .await;
    ledger
        .once("AuditService.ListAuditEntries", async {
            let request = pb::ListAuditEntriesRequest::default();
            audit.audit().list_audit_entries(request).await.unwrap();
        })
        .await;
    ledger
        .once("AuditService.ExportAudit", async {
            audit.audit().export_audit(pb::ExportAuditRequest {}).await.unwrap();
        })
        .await;
}

async fn show_history(ledger: &mut Ledger, sandbox: &Sandbox) {
    let history = Clients::new(operator(&sandbox.channel));
    let cycle = "plan/2021".to_owned();
    let list = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    let listed =
        sandbox.client.contributions().list_contributions(list).await.unwrap().into_inner();
    let id = || listed.contributions[0].id.clone();
    ledger
        .once("ContributionService.ListRevisions", async {
            let request =
                pb::ListRevisionsRequest { id: id(), ..pb::ListRevisionsRequest::default() };
            history.contributions().list_revisions(request).await.unwrap();
        })
        .await;
    ledger
        .once("ContributionService.CompareRevisions", async {
            let request = pb::CompareRevisionsRequest { id: id(), from: 1, to: 1 };
            history.contributions().compare_revisions(request).await.unwrap();
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_edition_is_read_without_an_entry() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut client = calls::prepared(&sandbox).await;
    calls::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    calls::publish(&mut client, "2022-01-01").await;
    for job in ["plan/2021/1/html/nl", "plan/2021/1/json/nl"] {
        let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
        let hash = model::Hash::of(b"{}");
        calls::upload(&mut sandbox.rendering.clone(), job, lease, b"{}", hash).await.unwrap();
    }
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let anybody = Client::new(sandbox.channel.clone().acting_as(&identity::Identity::Anybody));
    read_edition_by_every_call(anybody).await;
    assert_eq!(count(&pool).await, before);
    // Who wrote what is shown to whoever works on the report, and to nobody else.
    let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
    client.editions().read_edition(request).await.unwrap();
    assert_eq!(count(&pool).await, before + 1);
}

async fn read_edition_by_every_call(client: Client) {
    let name = || "plan/2021/1".to_owned();
    client.editions().read_edition(pb::ReadEditionRequest { name: name() }).await.unwrap();
    client.editions().get_edition(pb::GetEditionRequest { name: name() }).await.unwrap();
    let list = client.editions().list_editions(pb::ListEditionsRequest::default()).await.unwrap();
    assert_eq!(list.into_inner().editions.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_reads_on_its_own_account_leaves_no_entry() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut client = calls::prepared(&sandbox).await;
    let saved = calls::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    calls::publish(&mut client, "2022-01-01").await;
    let pool = pool(&sandbox).await;
    let before = count(&pool).await;
    let search = client_of(&sandbox.channel, Service::Search);
    let id = saved.contribution.unwrap().id;
    let request = pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
    search.contributions().get_contribution(request).await.unwrap();
    let cycle = "plan/2021".to_owned();
    let request = pb::ListContributionsRequest { cycle, ..pb::ListContributionsRequest::default() };
    search.contributions().list_contributions(request).await.unwrap();
    read_edition_by_every_call(search).await;
    assert_eq!(count(&pool).await, before);
}
