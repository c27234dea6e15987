//! The replicas of a role: which of them can be reached, and which takes the next call.
//!
//! Invariant: a call goes only to a replica that answered lately. Whether one does is found out by asking its health, not
//! by the calls: the transport tells a failed connection to whoever calls next, however long ago it failed.

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

/// Pause between two looks at a replica that can be reached, and at one that cannot.
const LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(100));
/// How long a replica has to answer a look.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a call waits for any replica: long enough for one that is started again.
const WAIT: Duration = Duration::from_secs(5);

/// All replicas of a role. The looks at them end with it.
#[derive(Debug)]
pub(crate) struct Replicas {
    all: Vec<Arc<Replica>>,
    /// How many can be reached.
    reached: watch::Receiver<usize>,
    next: AtomicUsize,
    _looks: JoinSet<()>,
}

#[derive(Debug)]
struct Replica {
    channel: transport::Channel,
    is_reached: watch::Sender<bool>,
    /// Calls under way.
    calls: AtomicUsize,
}

impl Replicas {
    /// Begins to look at each. Needs a runtime.
    pub(crate) fn of(channels: Vec<transport::Channel>) -> Self {
        let (count, reached) = watch::channel(0);
        let count = Arc::new(count);
        let mut looks = JoinSet::new();
        let replica = |channel| {
            let calls = AtomicUsize::new(0);
            Arc::new(Replica { channel, is_reached: watch::channel(false).0, calls })
        };
        let replicas: Vec<Arc<Replica>> = channels.into_iter().map(replica).collect();
        for replica in &replicas {
            looks.spawn(look(replica.clone(), count.clone()));
        }
        Self { all: replicas, reached, next: AtomicUsize::new(0), _looks: looks }
    }

    /// Hands a call to the least busy replica that can be reached.
    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let replica = self.take().await?;
        let _under_way = UnderWay::begin(&replica.calls);
        let answer = replica.channel.clone().oneshot(request).await;
        if answer.is_err() {
            replica.is_reached.send_if_modified(std::mem::take);
        }
        Ok(answer?)
    }

    async fn take(&self) -> Result<Arc<Replica>, Status> {
        if let Some(replica) = self.least_busy() {
            return Ok(replica);
        }
        let mut reached = self.reached.clone();
        let _ = timeout(WAIT, reached.wait_for(|count| 0 < *count)).await;
        self.least_busy().ok_or_else(away)
    }

    /// Of equally busy ones they take turns.
    fn least_busy(&self) -> Option<Arc<Replica>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, from) = self.all.split_at(first);
        let reached = from.iter().chain(before).filter(|replica| *replica.is_reached.borrow());
        reached.min_by_key(|replica| replica.calls.load(Ordering::Relaxed)).cloned()
    }
}

/// What a caller is told where nobody serves a role.
pub(crate) fn away() -> Status {
    Status::unavailable("the role that serves this is not there; try again later")
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

/// Looks at a replica again and again, and at once when a call to it failed.
async fn look(replica: Arc<Replica>, count: Arc<watch::Sender<usize>>) {
    let mut changes = replica.is_reached.subscribe();
    let mut was_reached = false;
    loop {
        let mut health = HealthClient::new(replica.channel.clone());
        let answer = timeout(PATIENCE, health.check(HealthCheckRequest::default())).await;
        // A server that refuses to tell its health was reached all the same.
        let is_reached =
            answer.is_ok_and(|answer| !answer.is_err_and(|status| is_of_the_way(&status)));
        replica.is_reached.send_replace(is_reached);
        changes.mark_unchanged();
        if is_reached != was_reached {
            count.send_modify(|count| *count = if is_reached { *count + 1 } else { *count - 1 });
            was_reached = is_reached;
        }
        let pause = if is_reached { LOOKS.0 } else { LOOKS.1 };
        let _ = timeout(pause, changes.changed()).await;
    }
}

/// Whether the transport says it, and no server.
fn is_of_the_way(status: &Status) -> bool {
    std::error::Error::source(status).is_some() || status.code() == tonic::Code::Unavailable
}
