//! The parent's side of one process.

use std::{future, io, path::Path, process::Stdio};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::{
    Config, Error, Rendered, Template,
    worker::frame::{self, Answer, Job, Setup},
};

/// How much of what a process says on standard error is kept.
const KEPT_WORDS: usize = 4096;

/// A process that renders.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    errors: ChildStderr,
    last_words: Vec<u8>,
    usable: bool,
    jobs: u32,
}

impl Process {
    /// Starts a process and hands it limits and template.
    pub(crate) async fn start(
        program: &Path,
        config: &Config,
        template: &Template,
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
        let mut input = child.stdin.take().ok_or_else(lost)?;
        let output = child.stdout.take().ok_or_else(lost)?;
        let errors = child.stderr.take().ok_or_else(lost)?;
        let setup = Setup {
            memory_limit_bytes: config.memory_limit_bytes,
            files: template.files().keys().cloned().collect(),
        };
        frame::send(&mut input, &serde_json::to_vec(&setup)?).await?;
        for bytes in template.files().values() {
            frame::send(&mut input, bytes).await?;
        }
        input.flush().await?;
        Ok(Self { child, input, output, errors, last_words: Vec::new(), usable: true, jobs: 0 })
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
            Ok(Ok((Answer::Rendered { positions }, bytes))) => {
                self.usable = true;
                Ok(Rendered { bytes, positions })
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

    /// Sends a job and reads the answer, and keeps reading what the process says meanwhile.
    async fn exchange(&mut self, job: &Job, edition: &[u8]) -> io::Result<(Answer, Vec<u8>)> {
        let Self { input, output, errors, last_words, .. } = self;
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
        let listen = async {
            while listen(errors, last_words).await {}
            future::pending().await
        };
        tokio::select! {
            answer = talk => answer,
            never = listen => never,
        }
    }

    /// Why it ended.
    async fn death(&mut self, error: &io::Error, config: &Config) -> Error {
        self.child.start_kill().ok();
        let status = self.child.wait().await;
        while listen(&mut self.errors, &mut self.last_words).await {}
        let words = String::from_utf8_lossy(&self.last_words).trim().to_owned();
        if words.contains("memory allocation of") || words.contains("out of memory") {
            return Error::MemoryLimit(config.memory_limit_bytes);
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        Error::WorkerDied(if words.is_empty() {
            format!("{status} ({error})")
        } else {
            format!("{status}: {words}")
        })
    }
}

/// Takes in a piece of what a process says; answers whether there may be more.
async fn listen(errors: &mut ChildStderr, last_words: &mut Vec<u8>) -> bool {
    let mut piece = [0; 1024];
    let Ok(length @ 1..) = errors.read(&mut piece).await else { return false };
    last_words.extend_from_slice(&piece[..length]);
    let surplus = last_words.len().saturating_sub(KEPT_WORDS);
    last_words.drain(..surplus);
    true
}
