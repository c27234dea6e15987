//! Warm processes that render, one job at a time each.
//!
//! Owns the processes. Invariant: a job that runs too long, takes too much memory or brings its process down
//! fails alone; the next job finds a fresh process.

mod child;
mod frame;
mod process;

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use edition::{Report, data::Edition};
use model::Format;
use tokio::sync::Semaphore;

pub use crate::worker::child::worker_main;
use crate::{
    Config, Error, Rendered, Template, TemplateFault,
    worker::{frame::Job, process::Process},
};

/// A process is renewed after this many jobs, since Typst never forgets names that it has seen.
const JOBS_OF_A_PROCESS: u32 = 200;

/// The processes that render.
#[derive(Debug)]
pub struct Workers {
    config: Config,
    program: PathBuf,
    template: Template,
    fonts: fonts::Config,
    permits: Semaphore,
    idle: Mutex<Vec<Process>>,
}

impl Workers {
    /// Starts the processes, so that a program that cannot be started is found out at once.
    pub async fn start(
        config: Config,
        template: Template,
        fonts: fonts::Config,
    ) -> Result<Self, Error> {
        let program = config
            .program
            .clone()
            .map_or_else(std::env::current_exe, Ok)
            .map_err(Error::WorkerStart)?;
        let permits = Semaphore::new(config.workers.get());
        let workers = Self { config, program, template, fonts, permits, idle: Mutex::default() };
        for _ in 0..workers.config.workers.get() {
            let process = workers.fresh().await?;
            workers.put_back(process);
        }
        Ok(workers)
    }

    /// The template that the processes render with.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// How long one job may take.
    pub(crate) fn time_limit(&self) -> Duration {
        self.config.time_limit
    }

    /// Renders `report`, with fixed texts in `language`; waits while all processes are busy.
    pub async fn render(
        &self,
        report: &Report,
        format: Format,
        language: &str,
    ) -> Result<Rendered, Error> {
        let _permit = self
            .permits
            .acquire()
            .await
            .map_err(|_| Error::WorkerDied("is stopping".to_owned()))?;
        let job = Job { format: format.name().to_owned(), language: language.to_owned() };
        let mut process = match self.idle() {
            Some(process) => process,
            None => self.fresh().await?,
        };
        // A job that is given up, for whatever reason, takes its process with it.
        let rendered = process.render(&job, &Edition::from(report).to_bytes(), &self.config).await;
        if process.is_usable() && process.jobs() < JOBS_OF_A_PROCESS {
            self.put_back(process);
        }
        rendered
    }

    /// Renders a small sample as every format, and returns what is wrong with the template.
    pub(crate) async fn check(&self, language: &str) -> Result<Vec<TemplateFault>, Error> {
        for format in Format::ALL {
            match self.render(&Report::sample(), format, language).await {
                Err(Error::TemplateFaults(faults)) => return Ok(faults),
                other => other.map(drop)?,
            }
        }
        Ok(Vec::new())
    }

    /// A process that waits for a job. One that was killed while it waited is no reason to fail a job.
    fn idle(&self) -> Option<Process> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop())
            .find_map(|mut process| process.is_running().then_some(process))
    }

    async fn fresh(&self) -> Result<Process, Error> {
        Process::start(&self.program, &self.config, &self.template, &self.fonts)
            .await
            .map_err(Error::WorkerStart)
    }

    fn put_back(&self, process: Process) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
    }
}
