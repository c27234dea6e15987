//! A storage that is no more than a record in memory, with what search asks of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use bus::Event;
use futures::{StreamExt as _, stream, stream::BoxStream};
use model::{
    Clock as _, Content, Contribution, ContributionKind, ContributionState, Cycle, Framework, Hash,
    Instant, Passage,
};
use rpc::Channel;
use testkit::TestClock;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;
use wire::{
    EventBody, events,
    internal::{
        self, authorisation_service_server::AuthorisationServiceServer,
        change_service_server::ChangeService, change_service_server::ChangeServiceServer,
        read_service_server::ReadServiceServer,
    },
    v1::{
        self as pb, contribution_service_server::ContributionService,
        contribution_service_server::ContributionServiceServer, cycle_service_server::CycleService,
        cycle_service_server::CycleServiceServer, edition_service_server::EditionService,
        edition_service_server::EditionServiceServer, framework_service_server::FrameworkService,
        framework_service_server::FrameworkServiceServer,
        operations_service_server::OperationsService,
        operations_service_server::OperationsServiceServer, read_edition_response::Part,
    },
};

use crate::access::OpenAccess;

/// Implements a service with the calls that search makes; the others are refused.
macro_rules! service {
    ($service:ident { $($answered:tt)* } $($name:ident($request:ident) -> $response:ident,)*) => {
        #[tonic::async_trait]
        impl $service for Storage {
            $($answered)*

            $(async fn $name(
                &self,
                _: Request<pb::$request>,
            ) -> Result<Response<pb::$response>, Status> {
                Err(Status::unimplemented(stringify!($name)))
            })*
        }
    };
}

#[derive(Debug)]
struct Record {
    framework: Framework,
    /// Later versions of it.
    later: Vec<Framework>,
    cycle: Cycle,
    contributions: BTreeMap<String, Contribution>,
    /// Every revision with the position of its event.
    revisions: Vec<(u64, Contribution)>,
    editions: BTreeMap<String, Vec<Contribution>>,
    /// When each edition became public and was withdrawn.
    times: BTreeMap<String, Vec<Instant>>,
    changes: Vec<internal::Change>,
    epoch: String,
    /// What every call is answered with, if anything.
    failure: Option<Code>,
    /// Contribution whose conversion to the model fails.
    spoilt: Option<String>,
    /// Saved again whenever somebody asks what changed, and the events of that.
    steady: Option<(Contribution, Vec<Event>)>,
}

/// When the event with this position happens: one a second.
pub(crate) fn moment(position: u64) -> Instant {
    Instant(TestClock::new().now().0 + i64::try_from(position).unwrap() * 1_000)
}

impl Record {
    /// Takes down that the next event happens to an edition.
    fn date(&mut self, edition: String) {
        let next = moment(self.changes.len() as u64 + 1);
        self.times.entry(edition).or_default().push(next);
    }

    /// Contributions as they stood at a moment.
    fn contributions_at(&self, at: Instant) -> BTreeMap<String, Contribution> {
        let until = self.revisions.iter().take_while(|(position, _)| moment(*position) <= at);
        until.map(|(_, revision)| (revision.id.to_string(), revision.clone())).collect()
    }

    fn is_withdrawn(&self, edition: &str) -> bool {
        self.times.get(edition).is_some_and(|times| times.len() > 1)
    }

    fn edition(&self, name: &str) -> pb::Edition {
        let times = &self.times[name];
        let time = |place: usize| times.get(place).copied().map(wire::timestamp);
        let state = if self.is_withdrawn(name) {
            pb::EditionState::Withdrawn
        } else {
            pb::EditionState::Published
        };
        let pinned: &[Contribution] = self.editions.get(name).map_or(&[], Vec::as_slice);
        let is_open = |one: &&Contribution| one.content.kind == ContributionKind::Unanswered;
        let answered = pinned.len() - pinned.iter().filter(is_open).count();
        pb::Edition {
            name: name.to_owned(),
            state: state.into(),
            publish_time: time(0),
            withdraw_time: time(1),
            contribution_count: u32::try_from(answered).unwrap(),
            content_root: model::content_root(&name.parse().unwrap(), pinned).to_string(),
            ..pb::Edition::default()
        }
    }
}

/// The record; its clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Storage(Arc<Mutex<Record>>);

/// A contribution as tests write it.
pub(crate) fn contribution(external_id: &str, version: u64, content: Content) -> Contribution {
    let now = TestClock::new().now();
    let mut passages = Vec::new();
    for narrative in &content.narratives {
        let document = richtext::parse(&narrative.markdown).unwrap();
        passages.extend(richtext::assign(&document, &narrative.language, &[], &[]));
    }
    let passages = passages
        .into_iter()
        .map(|passage| Passage { id: passage.id, language: passage.language, text: passage.text })
        .collect();
    let seed = Hash::of(external_id.as_bytes()).to_string();
    Contribution {
        id: Uuid::parse_str(&seed[..32]).unwrap(),
        cycle: testkit::cycle().name,
        organisation: "alfa".parse().unwrap(),
        external_id: Some(external_id.parse().unwrap()),
        state: ContributionState::Submitted,
        content,
        content_hash: Hash::of(seed.as_bytes()),
        version,
        passages,
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

/// A submission of `alfa` with this text.
pub(crate) fn text(external_id: &str, version: u64, text: &str) -> Contribution {
    contribution(external_id, version, testkit::content(text))
}

/// An open cell.
pub(crate) fn unanswered(external_id: &str, version: u64) -> Contribution {
    let kind = ContributionKind::Unanswered;
    contribution(external_id, version, Content { kind, ..testkit::content("leeg") })
}

impl Storage {
    pub(crate) fn new(framework: Framework, cycle: Cycle) -> Self {
        Self(Arc::new(Mutex::new(Record {
            framework,
            later: Vec::new(),
            cycle,
            contributions: BTreeMap::new(),
            revisions: Vec::new(),
            editions: BTreeMap::new(),
            times: BTreeMap::new(),
            changes: Vec::new(),
            epoch: "first".to_owned(),
            failure: None,
            spoilt: None,
            steady: None,
        })))
    }

    /// An empty record of the example plan.
    pub(crate) fn example() -> Self {
        Self::new(testkit::framework(), testkit::cycle())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap()
    }

    fn answering(&self) -> Result<MutexGuard<'_, Record>, Status> {
        let record = self.record();
        match record.failure {
            Some(code) => Err(Status::new(code, "fails for a test")),
            None => Ok(record),
        }
    }

    /// The root over an edition.
    pub(crate) fn content_root(&self, edition: &str) -> String {
        self.record().edition(edition).content_root
    }

    /// Answers every call with this failure, or as usual.
    pub(crate) fn fail(&self, failure: Option<Code>) {
        self.record().failure = failure;
    }

    /// Goes back to the state of a backup, in an epoch of its own.
    pub(crate) fn restore(&self, backup: &Self, epoch: &str) {
        let backup = backup.record();
        let mut record = self.record();
        record.contributions.clone_from(&backup.contributions);
        record.revisions.clone_from(&backup.revisions);
        record.editions.clone_from(&backup.editions);
        record.times.clone_from(&backup.times);
        record.changes.clone_from(&backup.changes);
        epoch.clone_into(&mut record.epoch);
    }

    /// Answers for this contribution with what cannot be.
    pub(crate) fn spoil(&self, contribution: &Contribution) {
        self.record().spoilt = Some(contribution.id.to_string());
    }

    fn event(&self, subject: &str, body: &EventBody) -> Event {
        let mut record = self.record();
        let position = record.changes.len() as u64 + 1;
        let event_id = Uuid::from_u128(u128::from(position)).to_string();
        record.changes.push(internal::Change {
            position,
            event_id: event_id.clone(),
            topic: body.topic().to_owned(),
            subject: subject.to_owned(),
            time: Some(wire::timestamp(moment(position))),
            payload: body.encode().into(),
        });
        Event {
            id: event_id,
            topic: body.topic().to_owned(),
            subject: subject.to_owned(),
            source: "urn:nld:oin:00000001003214345000:systeem:voortgang".to_owned(),
            ty: "nl.contributions.test.v1".to_owned(),
            time: moment(position).to_string(),
            sequence: position,
            epoch: record.epoch.clone(),
            traceparent: None,
            payload: body.encode(),
        }
    }

    /// Registers the next version of the framework, and returns the event.
    pub(crate) fn register(&self, framework: Framework) -> Event {
        let (code, version) = (framework.code.to_string(), framework.version);
        self.record().later.push(framework);
        let body = events::FrameworkRegistered { framework: code.clone(), version };
        self.event(&code, &EventBody::FrameworkRegistered(body))
    }

    /// Takes an event out of the record again, and leaves what it was about.
    pub(crate) fn forget(&self, event: &Event) {
        self.record().changes.retain(|change| change.event_id != event.id);
    }

    /// From now on a contribution is saved again whenever somebody asks what changed.
    pub(crate) fn never_rest(&self, contribution: Contribution) {
        self.record().steady = Some((contribution, Vec::new()));
    }

    /// Ends that, and returns the events.
    pub(crate) fn rest(&self) -> Vec<Event> {
        self.record().steady.take().map_or(Vec::new(), |(_, events)| events)
    }

    fn go_on(&self) {
        let Some((mut contribution, mut events)) = self.record().steady.take() else { return };
        contribution.version += 1;
        events.push(self.save(contribution.clone()));
        self.record().steady = Some((contribution, events));
    }

    /// Saves a revision, and returns its event.
    pub(crate) fn save(&self, contribution: Contribution) -> Event {
        let id = contribution.id.to_string();
        let (version, cycle) = (contribution.version, contribution.cycle.to_string());
        let organisation = contribution.organisation.to_string();
        let is_draft = contribution.state == ContributionState::Draft;
        let mut record = self.record();
        let position = record.changes.len() as u64 + 1;
        record.revisions.push((position, contribution.clone()));
        record.contributions.insert(id.clone(), contribution);
        drop(record);
        let contribution = id.clone();
        let body = if is_draft {
            EventBody::ContributionDrafted(events::ContributionDrafted {
                contribution,
                version,
                cycle,
                organisation,
            })
        } else {
            EventBody::ContributionSubmitted(events::ContributionSubmitted {
                contribution,
                version,
                cycle,
                organisation,
            })
        };
        self.event(&id, &body)
    }

    /// Publishes all submissions as the cycle's next edition, and returns the event.
    pub(crate) fn publish(&self) -> Event {
        let (cycle, number) = {
            let mut record = self.record();
            let submitted: Vec<Contribution> = record
                .contributions
                .values()
                .filter(|contribution| contribution.state == ContributionState::Submitted)
                .cloned()
                .collect();
            let (cycle, number) =
                (record.cycle.name.to_string(), u32::try_from(record.editions.len()).unwrap() + 1);
            record.editions.insert(format!("{cycle}/{number}"), submitted);
            record.date(format!("{cycle}/{number}"));
            (cycle, number)
        };
        let edition = format!("{cycle}/{number}");
        let body = EventBody::EditionPublished(events::EditionPublished {
            edition: edition.clone(),
            cycle,
            number,
        });
        self.event(&edition, &body)
    }

    /// Lets the cycle go on with a next version of the framework, in which every goal is under this pillar, and returns the event.
    pub(crate) fn move_under(&self, pillar: &str) -> Event {
        let (cycle, framework_version) = {
            let mut record = self.record();
            record.cycle.framework_version += 1;
            record.framework.pillars[0].code = pillar.parse().unwrap();
            for goal in &mut record.framework.goals {
                pillar.clone_into(&mut goal.pillar);
            }
            (record.cycle.name.to_string(), record.cycle.framework_version)
        };
        let body = events::CycleChanged { cycle: cycle.clone(), framework_version };
        self.event(&cycle, &EventBody::CycleChanged(body))
    }

    /// Withdraws an edition, and returns the event.
    pub(crate) fn withdraw(&self, number: u32) -> Event {
        let cycle = {
            let mut record = self.record();
            let cycle = record.cycle.name.to_string();
            let edition = format!("{cycle}/{number}");
            if !record.is_withdrawn(&edition) {
                record.date(edition);
            }
            cycle
        };
        let edition = format!("{cycle}/{number}");
        let body = events::EditionWithdrawn { edition: edition.clone(), cycle, number };
        self.event(&edition, &EventBody::EditionWithdrawn(body))
    }

    /// Leaves a tombstone of a contribution, and returns the event.
    pub(crate) fn erase(&self, external_id: &str) -> Event {
        let (id, body) = {
            let mut record = self.record();
            let found = record.contributions.values_mut().find(|contribution| {
                contribution.external_id.as_ref().is_some_and(|id| id.as_str() == external_id)
            });
            let contribution = found.unwrap();
            *contribution = contribution.clone().erased("for a test");
            let body = events::ContributionWithdrawn {
                contribution: contribution.id.to_string(),
                version: contribution.version,
                cycle: contribution.cycle.to_string(),
                organisation: contribution.organisation.to_string(),
            };
            (contribution.id.to_string(), body)
        };
        self.event(&id, &EventBody::ContributionWithdrawn(body))
    }

    /// Serves the record until `stop`.
    pub(crate) fn serve(&self, stop: CancellationToken) -> Channel {
        let (channel, incoming) = rpc::in_process();
        let server = rpc::server()
            .with(FrameworkServiceServer::new(self.clone()))
            .with(CycleServiceServer::new(self.clone()))
            .with(ContributionServiceServer::new(self.clone()))
            .with(EditionServiceServer::new(self.clone()))
            .with(OperationsServiceServer::new(self.clone()))
            .with(ChangeServiceServer::new(self.clone()))
            .with(AuthorisationServiceServer::new(OpenAccess))
            .with(ReadServiceServer::new(OpenAccess));
        tokio::spawn(server.serve(incoming, stop));
        channel
    }
}

fn not_found() -> Status {
    Status::not_found("is not there")
}

fn withdrawn() -> Status {
    let failure = rpc::Failure {
        kind: rpc::Kind::Precondition,
        reason: "WITHDRAWN".to_owned(),
        message: "was withdrawn".to_owned(),
        fields: Vec::new(),
    };
    failure.into_status(std::io::Error::other("for a test"))
}

/// The page that follows `token`, which is the number of entries before it.
fn page<T: Clone>(all: &[T], size: i32, token: &str) -> (Vec<T>, String) {
    let (size, before) = (usize::try_from(size).unwrap(), token.parse().unwrap_or(0));
    let next = usize::saturating_add(before, size);
    let token = if next < all.len() { next.to_string() } else { String::new() };
    (all.iter().skip(before).take(size).cloned().collect(), token)
}

service! {
    FrameworkService {
        async fn get_framework(
            &self,
            request: Request<pb::GetFrameworkRequest>,
        ) -> Result<Response<pb::GetFrameworkResponse>, Status> {
            let version = request.into_inner().version;
            let record = self.answering()?;
            let own = [&record.framework].into_iter().chain(&record.later);
            let framework = if version == 0 {
                own.last()
            } else {
                own.rev().find(|known| known.version == version)
            };
            let framework = framework.unwrap_or(&record.framework).clone();
            Ok(Response::new(pb::GetFrameworkResponse { framework: Some(framework.into()) }))
        }
    }
    register_framework(RegisterFrameworkRequest) -> RegisterFrameworkResponse,
    list_frameworks(ListFrameworksRequest) -> ListFrameworksResponse,
    list_indicator_series(ListIndicatorSeriesRequest) -> ListIndicatorSeriesResponse,
}

service! {
    CycleService {
        async fn get_cycle(
            &self,
            _: Request<pb::GetCycleRequest>,
        ) -> Result<Response<pb::GetCycleResponse>, Status> {
            let cycle = self.answering()?.cycle.clone();
            Ok(Response::new(pb::GetCycleResponse { cycle: Some(cycle.into()) }))
        }

        async fn list_cycles(
            &self,
            _: Request<pb::ListCyclesRequest>,
        ) -> Result<Response<pb::ListCyclesResponse>, Status> {
            let cycles = vec![self.answering()?.cycle.clone().into()];
            Ok(Response::new(pb::ListCyclesResponse { cycles, next_page_token: String::new() }))
        }
    }
    open_cycle(OpenCycleRequest) -> OpenCycleResponse,
    change_cycle(ChangeCycleRequest) -> ChangeCycleResponse,
    close_cycle(CloseCycleRequest) -> CloseCycleResponse,
    reopen_cycle(ReopenCycleRequest) -> ReopenCycleResponse,
    list_cycle_changes(ListCycleChangesRequest) -> ListCycleChangesResponse,
    list_cycle_findings(ListCycleFindingsRequest) -> ListCycleFindingsResponse,
}

service! {
    ContributionService {
        async fn get_contribution(
            &self,
            request: Request<pb::GetContributionRequest>,
        ) -> Result<Response<pb::GetContributionResponse>, Status> {
            let (record, id) = (self.answering()?, request.into_inner().id);
            let found = record.contributions.get(&id).ok_or_else(not_found)?;
            let mut contribution = pb::Contribution::from(found.clone());
            if record.spoilt.as_ref() == Some(&id) {
                contribution.content = None;
            }
            Ok(Response::new(pb::GetContributionResponse {
                contribution: Some(contribution),
                ..Default::default()
            }))
        }

        async fn list_contributions(
            &self,
            request: Request<pb::ListContributionsRequest>,
        ) -> Result<Response<pb::ListContributionsResponse>, Status> {
            let (record, request) = (self.answering()?, request.into_inner());
            let all = match request.as_of.as_ref().map(wire::instant) {
                None => record.contributions.clone(),
                Some(at) => record.contributions_at(at),
            };
            let all: Vec<pb::Contribution> = all.into_values().map(Into::into).collect();
            let (contributions, next_page_token) =
                page(&all, request.page_size, &request.page_token);
            Ok(Response::new(pb::ListContributionsResponse {
                contributions,
                next_page_token,
                ..Default::default()
            }))
        }
    }
    list_revisions(ListRevisionsRequest) -> ListRevisionsResponse,
    compare_revisions(CompareRevisionsRequest) -> CompareRevisionsResponse,
    erase_contribution(EraseContributionRequest) -> EraseContributionResponse,
}

service! {
    EditionService {
        type ReadEditionStream = BoxStream<'static, Result<pb::ReadEditionResponse, Status>>;
        type DownloadArtefactStream =
            BoxStream<'static, Result<pb::DownloadArtefactResponse, Status>>;

        async fn list_editions(
            &self,
            _: Request<pb::ListEditionsRequest>,
        ) -> Result<Response<pb::ListEditionsResponse>, Status> {
            let record = self.answering()?;
            let editions = record.editions.keys().map(|name| record.edition(name)).collect();
            Ok(Response::new(pb::ListEditionsResponse {
                editions,
                next_page_token: String::new(),
            }))
        }

        async fn get_edition(
            &self,
            request: Request<pb::GetEditionRequest>,
        ) -> Result<Response<pb::GetEditionResponse>, Status> {
            let edition = self.answering()?.edition(&request.into_inner().name);
            Ok(Response::new(pb::GetEditionResponse { edition: Some(edition) }))
        }

        async fn read_edition(
            &self,
            request: Request<pb::ReadEditionRequest>,
        ) -> Result<Response<Self::ReadEditionStream>, Status> {
            let (record, name) = (self.answering()?, request.into_inner().name);
            if record.is_withdrawn(&name) {
                return Err(withdrawn());
            }
            let pinned = record.editions.get(&name).ok_or_else(not_found)?;
            let organisations = record.framework.organisations.iter().cloned();
            let header = Part::Header(pb::EditionHeader {
                edition: Some(record.edition(&name)),
                framework: Some(record.framework.clone().into()),
                cycle: Some(record.cycle.clone().into()),
                organisations: organisations.map(Into::into).collect(),
                current: true,
                former_organisations: Vec::new(),
            });
            let contributions =
                pinned.iter().map(|contribution| Part::Contribution(contribution.clone().into()));
            let parts: Vec<_> = [header]
                .into_iter()
                .chain(contributions)
                .map(|part| Ok(pb::ReadEditionResponse { part: Some(part) }))
                .collect();
            Ok(Response::new(stream::iter(parts).boxed()))
        }

        async fn download_artefact(
            &self,
            _: Request<pb::DownloadArtefactRequest>,
        ) -> Result<Response<Self::DownloadArtefactStream>, Status> {
            Err(Status::unimplemented("download_artefact"))
        }
    }
    publish_edition(PublishEditionRequest) -> PublishEditionResponse,
    retry_edition(RetryEditionRequest) -> RetryEditionResponse,
    repair_edition(RepairEditionRequest) -> RepairEditionResponse,
    withdraw_edition(WithdrawEditionRequest) -> WithdrawEditionResponse,
}

service! {
    ChangeService {
        async fn list_changes(
            &self,
            request: Request<internal::ListChangesRequest>,
        ) -> Result<Response<internal::ListChangesResponse>, Status> {
            self.go_on();
            let (record, request) = (self.answering()?, request.into_inner());
            let after = request.after_position.to_string();
            let (changes, _) = page(&record.changes, request.page_size, &after);
            Ok(Response::new(internal::ListChangesResponse {
                changes,
                last_position: record.changes.len() as u64,
                epoch: record.epoch.clone(),
            }))
        }
    }
}

service! {
    OperationsService {
        async fn get_storage_status(
            &self,
            _: Request<pb::GetStorageStatusRequest>,
        ) -> Result<Response<pb::GetStorageStatusResponse>, Status> {
            self.go_on();
            let last_position = self.answering()?.changes.len() as u64;
            Ok(Response::new(pb::GetStorageStatusResponse {
                last_position,
                ..pb::GetStorageStatusResponse::default()
            }))
        }
    }
    list_dead_letters(ListDeadLettersRequest) -> ListDeadLettersResponse,
    get_dead_letter(GetDeadLetterRequest) -> GetDeadLetterResponse,
    replay_dead_letter(ReplayDeadLetterRequest) -> ReplayDeadLetterResponse,
}
