//! Jobs from the queue to storage: what is handed over and what is reported of a failure.

use std::{pin::Pin, sync::Arc, time::Duration};

use bus::{Bus, Embedded, Event};
use futures::{StreamExt as _, stream, stream::BoxStream};
use model::{Edition, EditionState, Format, GapPolicy, Hash, Instant, Job, JobState};
use rendering::{Config, Parts};
use tempfile::TempDir;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};
use wire::{
    EventBody, events,
    internal::{
        self, job_service_server::JobService, job_service_server::JobServiceServer,
        upload_artefact_request,
    },
    v1::{
        self as pb, edition_service_server::EditionService,
        edition_service_server::EditionServiceServer, read_edition_response::Part,
    },
};

use crate::sandbox::{HALF_AN_ANSWER, LOOP, config, program, report, trap_folder};

/// What was reported to storage of a job.
#[derive(Debug, PartialEq, Eq)]
enum Report {
    Failed(String),
    Uploaded { bytes: usize },
    Prolonged { job: String },
}

/// Storage with one edition, which leases every job and remembers what is reported to it.
struct FakeStorage {
    title: &'static str,
    /// Whether each job goes to another worker before its lease is prolonged.
    takes_away: bool,
    reports: UnboundedSender<Report>,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send + 'a>>;

/// Calls that rendering never makes.
macro_rules! unused {
    ($($name:ident: $request:ident => $response:ty;)+) => {
        $(fn $name<'a, 'b>(&'a self, _: Request<pb::$request>) -> Answer<'b, $response>
        where
            'a: 'b,
            Self: 'b,
        {
            Box::pin(async { Err(Status::unimplemented(stringify!($name))) })
        })+
    };
}

impl EditionService for FakeStorage {
    type ReadEditionStream = BoxStream<'static, Result<pb::ReadEditionResponse, Status>>;
    type DownloadArtefactStream = BoxStream<'static, Result<pb::DownloadArtefactResponse, Status>>;

    fn read_edition<'a, 'b>(
        &'a self,
        _: Request<pb::ReadEditionRequest>,
    ) -> Answer<'b, Self::ReadEditionStream>
    where
        'a: 'b,
        Self: 'b,
    {
        let parts: Vec<_> = parts(self.title)
            .into_iter()
            .map(|part| Ok(pb::ReadEditionResponse { part: Some(part) }))
            .collect();
        Box::pin(async { Ok(Response::new(stream::iter(parts).boxed())) })
    }

    unused! {
        publish_edition: PublishEditionRequest => pb::PublishEditionResponse;
        get_edition: GetEditionRequest => pb::GetEditionResponse;
        list_editions: ListEditionsRequest => pb::ListEditionsResponse;
        retry_edition: RetryEditionRequest => pb::RetryEditionResponse;
        repair_edition: RepairEditionRequest => pb::RepairEditionResponse;
        withdraw_edition: WithdrawEditionRequest => pb::WithdrawEditionResponse;
        download_artefact: DownloadArtefactRequest => Self::DownloadArtefactStream;
    }
}

impl JobService for FakeStorage {
    fn lease_job<'a, 'b>(
        &'a self,
        request: Request<internal::LeaseJobRequest>,
    ) -> Answer<'b, internal::LeaseJobResponse>
    where
        'a: 'b,
        Self: 'b,
    {
        let internal::LeaseJobRequest { name, lease, .. } = request.into_inner();
        if self.takes_away && lease != 0 {
            self.reports.send(Report::Prolonged { job: name }).ok();
            let lost = rpc::Failure {
                kind: rpc::Kind::Precondition,
                reason: "LEASE_LOST".to_owned(),
                message: "another worker has it".to_owned(),
                fields: Vec::new(),
            };
            return Box::pin(async { Err(lost.into_status(std::io::Error::other("lost"))) });
        }
        let job = Job {
            name: name.parse().unwrap(),
            format: Format::Pdf,
            language: "nl".to_owned(),
            state: JobState::Running,
            lease: 1,
            error: String::new(),
        };
        Box::pin(async { Ok(Response::new(internal::LeaseJobResponse { job: Some(job.into()) })) })
    }

    fn fail_job<'a, 'b>(
        &'a self,
        request: Request<internal::FailJobRequest>,
    ) -> Answer<'b, internal::FailJobResponse>
    where
        'a: 'b,
        Self: 'b,
    {
        self.reports.send(Report::Failed(request.into_inner().error)).ok();
        Box::pin(async { Ok(Response::new(internal::FailJobResponse::default())) })
    }

    fn upload_artefact<'a, 'b>(
        &'a self,
        request: Request<Streaming<internal::UploadArtefactRequest>>,
    ) -> Answer<'b, internal::UploadArtefactResponse>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let mut messages = request.into_inner();
            let (mut sha256, mut all) = (String::new(), Vec::new());
            while let Some(message) = messages.message().await? {
                match message.part {
                    Some(upload_artefact_request::Part::Head(head)) => sha256 = head.sha256,
                    Some(upload_artefact_request::Part::Chunk(chunk)) => {
                        all.extend_from_slice(&chunk);
                    }
                    None => {}
                }
            }
            assert_eq!(Hash::of(&all).to_string(), sha256);
            self.reports.send(Report::Uploaded { bytes: all.len() }).ok();
            Ok(Response::new(internal::UploadArtefactResponse::default()))
        })
    }
}

/// The edition as storage streams it.
fn parts(title: &str) -> Vec<Part> {
    let report = report(title);
    let edition = Edition {
        name: report.edition,
        date: report.date,
        state: EditionState::Rendering,
        manifest_hash: report.manifest_hash,
        contribution_count: 1,
        jobs: Vec::new(),
        artefacts: Vec::new(),
        create_time: Instant(0),
        publish_time: None,
        withdrawal: None,
        completeness: None,
        review: model::ReviewPolicy::None,
        overrides: Vec::new(),
        exclusions: Vec::new(),
        change_note: None,
        cycle_change: 0,
        content_root: None,
        gaps: GapPolicy::Print,
    };
    let organisation = report.framework.organisations[0].clone();
    let header = pb::EditionHeader {
        edition: Some(edition.into()),
        framework: Some(report.framework.into()),
        cycle: Some(report.cycle.into()),
        organisations: vec![organisation.into()],
        current: true,
        former_organisations: Vec::new(),
    };
    let contributions = report.contributions.into_iter().map(Into::into).map(Part::Contribution);
    std::iter::once(Part::Header(header)).chain(contributions).collect()
}

/// Rendering with its queue, over the storage above.
struct Sandbox {
    bus: Arc<Embedded>,
    reports: UnboundedReceiver<Report>,
    _folder: TempDir,
    _serving: JoinSet<anyhow::Result<()>>,
}

impl Sandbox {
    async fn new(title: &'static str, config: Config) -> Self {
        Self::over(title, false, config).await
    }

    async fn over(title: &'static str, takes_away: bool, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(|| jiff::Timestamp::now().as_millisecond());
        let bus = Arc::new(Embedded::open(&folder.path().join("bus.db"), now).await.unwrap());
        bus.declare(&bus::topology::rendering_jobs(1)).await.unwrap();
        let (sender, reports) = unbounded_channel();
        let (storage, to_storage) = rpc::in_process();
        let (_, to_rendering) = rpc::in_process();
        let fake = Arc::new(FakeStorage { title, takes_away, reports: sender });
        let server = rpc::server()
            .with(EditionServiceServer::from_arc(fake.clone()))
            .with(JobServiceServer::from_arc(fake));
        let parts = Parts { storage, bus: bus.clone(), fonts: fonts::Config::default() };
        let mut serving = JoinSet::new();
        serving.spawn(server.serve(to_storage, CancellationToken::new()));
        serving.spawn(rendering::run(config, parts, to_rendering, CancellationToken::new()));
        Self { bus, reports, _folder: folder, _serving: serving }
    }

    /// Asks for a PDF and returns what was reported to storage of it.
    async fn ask(&mut self) -> Report {
        self.order("plan/2021/1/pdf/nl").await;
        self.report().await
    }

    async fn report(&mut self) -> Report {
        let report = tokio::time::timeout(Duration::from_mins(5), self.reports.recv()).await;
        report.unwrap().unwrap()
    }

    async fn order(&self, job: &str) {
        let body = EventBody::RenderingRequested(events::RenderingRequested {
            job: job.to_owned(),
            ..events::RenderingRequested::default()
        });
        let event = Event {
            id: job.to_owned(),
            topic: body.topic().to_owned(),
            subject: "plan/2021/1".to_owned(),
            source: "test".to_owned(),
            ty: body.topic().to_owned(),
            time: "2022-01-01T00:00:00Z".to_owned(),
            sequence: 1,
            epoch: String::new(),
            traceparent: None,
            payload: body.encode(),
        };
        self.bus.publish(&[event]).await.unwrap();
    }
}

/// Asks for an edition that springs this trap, and expects its job to be failed with words.
async fn check(code: &str, limit: u64, reason: &str) {
    let folder = trap_folder(code);
    let config = Config {
        template_dir: Some(folder.path().to_owned()),
        time_limit: Duration::from_secs(limit),
        ..config()
    };
    let report = Sandbox::new("trap", config).await.ask().await;
    assert_eq!(report, Report::Failed(reason.to_owned()));
}

#[tokio::test]
async fn a_job_that_would_fail_again_is_failed_with_its_reason() {
    // Long enough for a process to get ready too.
    check(LOOP, 20, "rendering took more than 20 s and was stopped").await;
    check(
        "let all = \"x\" * 100000000000",
        60,
        "rendering asked for more than the 1536 MiB of memory that it may use",
    )
    .await;
    check(
        "unknown-word",
        60,
        "the template is at fault: report.typ:1:50: unknown variable: unknown-word; if you meant to use subtraction, try adding spaces around the minus sign: `unknown - word`",
    )
    .await;
}

#[tokio::test]
async fn a_job_that_another_worker_took_over_is_let_go() {
    let folder = trap_folder(LOOP);
    let config = Config { template_dir: Some(folder.path().to_owned()), ..config() };
    let mut sandbox = Sandbox::over("trap", true, config).await;
    let jobs = ["plan/2021/1/pdf/nl", "plan/2021/1/pdf/en"];
    for job in jobs {
        sandbox.order(job).await;
    }
    // There is one worker: it comes to the second once it has let go of the first, which would loop for a minute.
    for job in jobs {
        assert_eq!(sandbox.report().await, Report::Prolonged { job: job.to_owned() });
    }
}

#[tokio::test]
async fn a_job_whose_process_dies_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("started").display().to_string();
    let first = format!("{HALF_AN_ANSWER}; exec >/dev/null; exec cat");
    let script = format!("[ -e {mark} ] || {{ : > {mark}; {first}; }}\nexec \"$1\"");
    let report = Sandbox::new("plan", program(folder.path(), &script)).await.ask().await;
    let Report::Uploaded { bytes } = report else { panic!("{report:?}") };
    assert!(bytes > 1_000);
}
