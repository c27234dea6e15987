//! Runs the parts of a process: when one ends before it was asked to, all are stopped, and the process has failed.

use std::{process::ExitCode, time::Duration};

use tokio::{select, signal::unix, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, error};

/// Runs parts until a signal, or until one of them ends.
#[derive(Debug, Default)]
pub struct Supervisor {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Supervisor {
    /// A supervisor without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Is cancelled when the parts should end.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a part in the background. When it ends, for whatever reason, all parts are asked to stop.
    pub fn spawn(
        &self,
        name: &'static str,
        part: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            match tokio::spawn(part).await {
                Ok(Ok(())) => debug!(name, "part ended"),
                Ok(Err(error)) => error!(name, error = format!("{error:#}"), "part failed"),
                Err(panic) => error!(name, error = %panic, "part panicked"),
            }
            stop.cancel();
        });
    }

    /// Waits for `signal` or for the end of a part, then gives the parts `grace` to finish.
    /// Success only after a signal and a finish in time.
    pub async fn run(self, signal: impl Future<Output = ()>, grace: Duration) -> ExitCode {
        let crashed = select! {
            () = signal => false,
            () = self.stop.cancelled() => true,
        };
        self.stop.cancel();
        self.tasks.close();
        let drained = timeout(grace, self.tasks.wait()).await.is_ok();
        if !drained {
            error!(seconds = grace.as_secs(), "parts did not finish in time");
        }
        if crashed || !drained { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

/// Completes at the first SIGINT or SIGTERM. A second one ends the process at once.
pub async fn signal() -> anyhow::Result<()> {
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tokio::spawn(async move {
        select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const GRACE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn a_part_that_ends_by_itself_fails_the_process() {
        let supervisor = Supervisor::new();
        let stop = supervisor.stopping();
        supervisor.spawn("waits", async move {
            stop.cancelled().await;
            Ok(())
        });
        supervisor.spawn("ends", ready(Ok(())));
        assert_eq!(supervisor.run(pending(), GRACE).await, ExitCode::FAILURE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_and_a_timely_finish_succeed() {
        let supervisor = Supervisor::new();
        let stop = supervisor.stopping();
        supervisor.spawn("waits", async move {
            stop.cancelled().await;
            Ok(())
        });
        assert_eq!(supervisor.run(ready(()), GRACE).await, ExitCode::SUCCESS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_does_not_finish_in_time_fails_the_process() {
        let supervisor = Supervisor::new();
        supervisor.spawn("hangs", pending());
        assert_eq!(supervisor.run(ready(()), GRACE).await, ExitCode::FAILURE);
    }
}
