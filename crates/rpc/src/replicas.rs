//! The replicas of a service: which of them serve, and which takes the next call.
//!
//! Invariant: a call goes only to a replica that answered a health probe recently, and to one that says it does not serve only
//! where none does. A call to a replica that answers no more is given up. Calls themselves cannot replace probes: the
//! transport reports a failed connection to the next caller, however long ago it failed.

use std::{
    cmp::Reverse,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, Request, Response};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tonic::{Status, body::Body, transport};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tower::{BoxError, ServiceExt as _};

use crate::server::causes;

/// Interval between probes of a reachable replica, and of an unreachable one.
const PROBE_INTERVALS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(100));
/// For the answer to a probe. A server that asks others first takes less.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// Header of a call for one of the replicas, by its number, counted from 0.
pub const REPLICA: &str = "voortgang-replica";
/// Header of an answer: how many replicas there are.
pub const REPLICAS: &str = "voortgang-replicas";
/// How long a replica is unreachable before calls to it are given up: it may only be busy.
const GONE_AFTER: Duration = Duration::from_secs(3);
/// For a call while no replica is reachable: long enough for one to restart.
const REACHABLE_TIMEOUT: Duration = Duration::from_secs(5);

/// All replicas of a service. Probing ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Replicas {
    all: Vec<Arc<Replica>>,
    /// Changes with each finding of a probe.
    looked: watch::Receiver<()>,
    next: AtomicUsize,
    _probes: JoinSet<()>,
}

#[derive(Debug)]
struct Replica {
    address: String,
    channel: transport::Channel,
    state: watch::Sender<State>,
    /// Calls under way.
    calls: AtomicUsize,
}

/// What the last probe of a replica found; the later the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// It does not answer.
    Away,
    /// It says that it does not serve: it is about to stop, or what it needs is away.
    Reachable,
    /// It serves.
    Serving,
}

impl Replica {
    /// Completes once it has been away for so long that it will answer no call.
    async fn gone(&self) {
        let mut state = self.state.subscribe();
        loop {
            let _ = state.wait_for(|state| *state == State::Away).await;
            let back = state.wait_for(|state| *state != State::Away);
            if timeout(GONE_AFTER, back).await.is_err() {
                return;
            }
        }
    }
}

impl Replicas {
    /// Begins to probe each. Needs a runtime.
    pub(crate) fn of(channels: Vec<(String, transport::Channel)>) -> Self {
        let (looking, looked) = watch::channel(());
        let looking = Arc::new(looking);
        let mut probes = JoinSet::new();
        let replica = |(address, channel)| {
            let calls = AtomicUsize::new(0);
            Arc::new(Replica { address, channel, state: watch::channel(State::Away).0, calls })
        };
        let replicas: Vec<Arc<Replica>> = channels.into_iter().map(replica).collect();
        for replica in &replicas {
            probes.spawn(probe(replica.clone(), looking.clone()));
        }
        Self { all: replicas, looked, next: AtomicUsize::new(0), _probes: probes }
    }

    /// Passes a call to the replica that it names, else to the least busy one that serves.
    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let named = request.headers().get(REPLICA).map(|value| self.named(value));
        let is_named = named.is_some();
        let replica = match named {
            Some(replica) => replica?,
            None => self.take().await?,
        };
        let _under_way = UnderWay::begin(&replica.calls);
        let answer = tokio::select! {
            answer = replica.channel.clone().oneshot(request) => answer.map_err(BoxError::from),
            () = replica.gone() => Err(unavailable().into()),
        };
        if let Err(error) = &answer {
            let address = &replica.address;
            tracing::info!(address, cause = causes(&**error), "a replica gave no answer to a call");
            replica.state.send_replace(State::Away);
        }
        // Whoever asks for one replica after the other learns how many there are, also where this one does not answer.
        let mut answer =
            if is_named { answer.unwrap_or_else(|_| unavailable().into_http()) } else { answer? };
        answer.headers_mut().insert(REPLICAS, HeaderValue::from(self.all.len()));
        Ok(answer)
    }

    /// The replica with this number, reachable or not.
    fn named(&self, number: &HeaderValue) -> Result<Arc<Replica>, Status> {
        let number = number.to_str().ok().and_then(|number| number.parse::<usize>().ok());
        let replica = number.and_then(|number| self.all.get(number));
        replica.cloned().ok_or_else(|| Status::not_found("there is no such replica"))
    }

    async fn take(&self) -> Result<Arc<Replica>, Status> {
        let mut looked = self.looked.clone();
        let found = async {
            loop {
                looked.mark_unchanged();
                if let Some(replica) = self.least_busy() {
                    return replica;
                }
                // Probes end with the replicas themselves.
                let _ = looked.changed().await;
            }
        };
        timeout(REACHABLE_TIMEOUT, found).await.map_err(|_| unavailable())
    }

    /// Of those that are best off; of equally busy ones they take turns.
    fn least_busy(&self) -> Option<Arc<Replica>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, from) = self.all.split_at(first);
        let reachable = from.iter().chain(before).filter_map(|replica| {
            let state = *replica.state.borrow();
            (state != State::Away).then_some((state, replica))
        });
        let by_calls = |(state, replica): &(State, &Arc<Replica>)| {
            (Reverse(*state), replica.calls.load(Ordering::Relaxed))
        };
        reachable.min_by_key(by_calls).map(|(_, replica)| replica.clone())
    }
}

/// The answer to a call while no replica is reachable.
pub(crate) fn unavailable() -> Status {
    Status::unavailable("the service that answers this is not reachable; try again later")
}

/// A call under way, counted until its answer begins.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn begin(calls: &'a AtomicUsize) -> Self {
        calls.fetch_add(1, Ordering::Relaxed);
        Self(calls)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Probes a replica at intervals, and at once when a call to it failed.
async fn probe(replica: Arc<Replica>, looking: Arc<watch::Sender<()>>) {
    let mut changes = replica.state.subscribe();
    let mut last = State::Away;
    loop {
        let (seen, cause) = look(&replica.channel).await;
        // A call that failed meanwhile knows better than an answer from before.
        let has_failed = changes.has_changed().unwrap_or_default();
        let state = if has_failed { State::Away } else { seen };
        if state != last {
            tracing::info!(address = replica.address, ?state, cause, "a replica is found so");
            last = state;
        }
        replica.state.send_replace(state);
        changes.mark_unchanged();
        looking.send_replace(());
        let pause = if state == State::Away { PROBE_INTERVALS.1 } else { PROBE_INTERVALS.0 };
        let _ = timeout(pause, changes.changed()).await;
    }
}

/// Returns what a probe finds, and why it does not serve.
async fn look(channel: &transport::Channel) -> (State, Option<String>) {
    let mut health = HealthClient::new(channel.clone());
    let answer = timeout(PROBE_TIMEOUT, health.check(HealthCheckRequest::default())).await;
    match answer {
        Err(_) => (State::Away, Some("no answer in time".into())),
        Ok(Err(status)) if is_from_transport(&status) => (State::Away, Some(causes(&status))),
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::NotServing => {
            (State::Reachable, Some("it says that it does not serve".into()))
        }
        // A server that refuses the probe is reachable all the same.
        Ok(_) => (State::Serving, None),
    }
}

/// Whether the status comes from the transport, not from a server.
fn is_from_transport(status: &Status) -> bool {
    std::error::Error::source(status).is_some() || status.code() == tonic::Code::Unavailable
}
