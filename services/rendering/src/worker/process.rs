//! The parent's side of one process.

use std::{future, io, path::Path, process::Stdio};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::{
    Config, Error, Rendered, Template,
    worker::frame::{self, Answer, Job, Ready, Setup},
};

/// Maximum size in bytes of what is kept of standard error.
const MAX_STDERR_BYTES: usize = 4096;

/// How a Rust program ends that panicked.
const PANICKED: i32 = 101;

/// A process that renders.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    errors: ChildStderr,
    stderr: Vec<u8>,
    usable: bool,
    jobs: u32,
}

impl Process {
    /// Starts a process, hands it limits and template, and waits until it is ready.
    pub(crate) async fn start(
        program: &Path,
        config: &Config,
        template: &Template,
        fonts: &fonts::Config,
    ) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(&config.program_args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let lost = || io::Error::other("a stream of the process is missing");
        let input = child.stdin.take().ok_or_else(lost)?;
        let output = child.stdout.take().ok_or_else(lost)?;
        let errors = child.stderr.take().ok_or_else(lost)?;
        let mut process =
            Self { child, input, output, errors, stderr: Vec::new(), usable: true, jobs: 0 };
        match timeout(config.time_limit, process.set_up(config, template, fonts)).await {
            Ok(Ok(())) => Ok(process),
            Ok(Err(error)) => Err(io::Error::other(process.death(&error, config).await)),
            Err(_) => {
                process.child.kill().await.ok();
                Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the process does not say that it is ready",
                ))
            }
        }
    }

    /// Sends limits and template, and waits until it reports that it is ready.
    async fn set_up(
        &mut self,
        config: &Config,
        template: &Template,
        fonts: &fonts::Config,
    ) -> io::Result<()> {
        let Self { input, output, errors, stderr, .. } = self;
        let setup = Setup {
            memory_limit_bytes: config.memory_limit_bytes,
            files: template.files().keys().cloned().collect(),
            fonts: fonts.clone(),
        };
        let talk = async {
            frame::send(input, &serde_json::to_vec(&setup)?).await?;
            for bytes in template.files().values() {
                frame::send(input, bytes).await?;
            }
            input.flush().await?;
            serde_json::from_slice::<Ready>(&frame::receive(output).await?)?;
            Ok(())
        };
        while_listening(errors, stderr, talk).await
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Whether the next job may go to it.
    pub(crate) fn is_usable(&self) -> bool {
        self.usable
    }

    /// How many jobs it was given.
    pub(crate) fn jobs(&self) -> u32 {
        self.jobs
    }

    /// Has it render one job.
    pub(crate) async fn render(
        &mut self,
        job: &Job,
        edition: &[u8],
        config: &Config,
    ) -> Result<Rendered, Error> {
        self.jobs += 1;
        self.usable = false;
        let answer = timeout(config.time_limit, self.exchange(job, edition)).await;
        match answer {
            Ok(Ok((Answer::Rendered { positions, fonts }, bytes))) => {
                self.usable = true;
                Ok(Rendered { bytes, positions, fonts })
            }
            Ok(Ok((Answer::TemplateFaults(faults), _))) => {
                self.usable = true;
                Err(Error::TemplateFaults(faults))
            }
            Ok(Ok((Answer::Content(reason), _))) => {
                self.usable = true;
                Err(Error::Content(reason))
            }
            Ok(Err(error)) => Err(self.death(&error, config).await),
            Err(_) => {
                // It is waited for, so that no process is left behind. If it cannot be killed it is dead already.
                self.child.kill().await.ok();
                Err(Error::TimeLimit(config.time_limit))
            }
        }
    }

    /// Sends a job and reads the answer, and reads standard error meanwhile.
    async fn exchange(&mut self, job: &Job, edition: &[u8]) -> io::Result<(Answer, Vec<u8>)> {
        let Self { input, output, errors, stderr, .. } = self;
        let talk = async {
            frame::send(input, &serde_json::to_vec(job)?).await?;
            frame::send(input, edition).await?;
            input.flush().await?;
            let answer: Answer = serde_json::from_slice(&frame::receive(output).await?)?;
            let bytes = if let Answer::Rendered { .. } = answer {
                frame::receive(output).await?
            } else {
                Vec::new()
            };
            Ok((answer, bytes))
        };
        while_listening(errors, stderr, talk).await
    }

    /// Why it ended.
    async fn death(&mut self, error: &io::Error, config: &Config) -> Error {
        self.child.start_kill().ok();
        let status = self.child.wait().await;
        while listen(&mut self.errors, &mut self.stderr).await {}
        let words = String::from_utf8_lossy(&self.stderr).trim().to_owned();
        if words.contains("memory allocation of") || words.contains("out of memory") {
            return Error::MemoryLimit(config.memory_limit_bytes);
        }
        let panicked = status.as_ref().is_ok_and(|status| status.code() == Some(PANICKED));
        if panicked || words.contains("has overflowed its stack") {
            return Error::WorkerFault(words);
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        Error::WorkerDied(if words.is_empty() {
            format!("{status} ({error})")
        } else {
            format!("{status}: {words}")
        })
    }
}

/// Runs `talk`, and reads standard error meanwhile, so that the process never waits for a reader.
async fn while_listening<T>(
    errors: &mut ChildStderr,
    stderr: &mut Vec<u8>,
    talk: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let listen = async {
        while listen(errors, stderr).await {}
        future::pending().await
    };
    tokio::select! {
        result = talk => result,
        never = listen => never,
    }
}

/// Appends a piece of standard error; returns whether there may be more.
async fn listen(errors: &mut ChildStderr, stderr: &mut Vec<u8>) -> bool {
    let mut piece = [0; 1024];
    let Ok(length @ 1..) = errors.read(&mut piece).await else { return false };
    stderr.extend_from_slice(&piece[..length]);
    let surplus = stderr.len().saturating_sub(MAX_STDERR_BYTES);
    stderr.drain(..surplus);
    true
}
