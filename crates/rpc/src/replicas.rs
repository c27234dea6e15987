//! The replicas of a service: which of them are reachable, and which takes the next call.
//!
//! Invariant: a call goes only to a replica that answered a health probe recently. Calls themselves cannot replace probes: the
//! transport reports a failed connection to the next caller, however long ago it failed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tonic::{Status, body::Body, transport};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower::{BoxError, ServiceExt as _};

/// Interval between probes of a reachable replica, and of an unreachable one.
const PROBE_INTERVALS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(100));
/// For the answer to a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// For a call while no replica is reachable: long enough for one to restart.
const REACHABLE_TIMEOUT: Duration = Duration::from_secs(5);

/// All replicas of a service. Probing ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Replicas {
    all: Vec<Arc<Replica>>,
    /// How many are reachable.
    reachable: watch::Receiver<usize>,
    next: AtomicUsize,
    _probes: JoinSet<()>,
}

#[derive(Debug)]
struct Replica {
    channel: transport::Channel,
    is_reachable: watch::Sender<bool>,
    /// Calls under way.
    calls: AtomicUsize,
}

impl Replicas {
    /// Begins to probe each. Needs a runtime.
    pub(crate) fn of(channels: Vec<transport::Channel>) -> Self {
        let (count, reachable) = watch::channel(0);
        let count = Arc::new(count);
        let mut probes = JoinSet::new();
        let replica = |channel| {
            let calls = AtomicUsize::new(0);
            Arc::new(Replica { channel, is_reachable: watch::channel(false).0, calls })
        };
        let replicas: Vec<Arc<Replica>> = channels.into_iter().map(replica).collect();
        for replica in &replicas {
            probes.spawn(probe(replica.clone(), count.clone()));
        }
        Self { all: replicas, reachable, next: AtomicUsize::new(0), _probes: probes }
    }

    /// Passes a call to the least busy reachable replica.
    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let replica = self.take().await?;
        let _under_way = UnderWay::begin(&replica.calls);
        let answer = replica.channel.clone().oneshot(request).await;
        if answer.is_err() {
            replica.is_reachable.send_if_modified(std::mem::take);
        }
        Ok(answer?)
    }

    async fn take(&self) -> Result<Arc<Replica>, Status> {
        if let Some(replica) = self.least_busy() {
            return Ok(replica);
        }
        let mut reachable = self.reachable.clone();
        let _ = timeout(REACHABLE_TIMEOUT, reachable.wait_for(|count| *count > 0)).await;
        self.least_busy().ok_or_else(unavailable)
    }

    /// Of equally busy ones they take turns.
    fn least_busy(&self) -> Option<Arc<Replica>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, from) = self.all.split_at(first);
        let reachable = from.iter().chain(before).filter(|replica| *replica.is_reachable.borrow());
        reachable.min_by_key(|replica| replica.calls.load(Ordering::Relaxed)).cloned()
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
async fn probe(replica: Arc<Replica>, count: Arc<watch::Sender<usize>>) {
    let mut changes = replica.is_reachable.subscribe();
    let mut was_reachable = false;
    loop {
        let mut health = HealthClient::new(replica.channel.clone());
        let answer = timeout(PROBE_TIMEOUT, health.check(HealthCheckRequest::default())).await;
        // A server that refuses the probe is reachable all the same.
        let is_reachable =
            answer.is_ok_and(|answer| !answer.is_err_and(|status| is_from_transport(&status)));
        replica.is_reachable.send_replace(is_reachable);
        changes.mark_unchanged();
        if is_reachable != was_reachable {
            count.send_modify(|count| *count = if is_reachable { *count + 1 } else { *count - 1 });
            was_reachable = is_reachable;
        }
        let pause = if is_reachable { PROBE_INTERVALS.0 } else { PROBE_INTERVALS.1 };
        let _ = timeout(pause, changes.changed()).await;
    }
}

/// Whether the status comes from the transport, not from a server.
fn is_from_transport(status: &Status) -> bool {
    std::error::Error::source(status).is_some() || status.code() == tonic::Code::Unavailable
}
