//! The verbs of rendering.

use std::time::Instant;

use model::{EditionName, Format, Job};
use tracing::Instrument as _;

use crate::{Error, Rendered, TemplateFault, Workers, metrics::Metrics, storage::Storage};

/// Turns pinned editions into files.
#[derive(Debug)]
pub struct Rendering {
    workers: Workers,
    storage: Storage,
    metrics: Metrics,
}

impl Rendering {
    pub(crate) fn new(workers: Workers, storage: Storage) -> Self {
        Self { workers, storage, metrics: Metrics::new() }
    }

    /// Renders the file of a job and hands it to storage. What would fail again marks the job as failed.
    pub(crate) async fn do_job(&self, name: &str) -> Result<(), Error> {
        let job = self.storage.lease(name).await?;
        // Dropping the rendering stops it: another worker has the job.
        let done = tokio::select! {
            done = self.render_and_store(&job) => done,
            lost = self.storage.keep(&job) => Err(lost),
        };
        if done.as_ref().is_err_and(Error::is_lease_lost) {
            self.metrics.lease_lost();
        }
        self.metrics.ended(job.format, done.as_ref().map_or("again", |outcome| outcome));
        done.map(drop)
    }

    /// Returns how the job ended.
    async fn render_and_store(&self, job: &Job) -> Result<&'static str, Error> {
        match self.render(&job.name.edition(), job.format, &job.language).await {
            Ok(rendered) => {
                self.storage
                    .upload(job, rendered.bytes, self.rendered_with(&rendered.fonts))
                    .await?;
                Ok("stored")
            }
            Err(error) if error.is_final() => {
                let error = self.named(job, error).await?;
                tracing::warn!(job = %job.name, "rendering failed: {error}");
                self.storage.fail(job, &error).await?;
                Ok("failed")
            }
            Err(error) => Err(error),
        }
    }

    /// The error with the contributions at fault.
    async fn named(&self, job: &Job, error: Error) -> Result<Error, Error> {
        let report = self.storage.report(&job.name.edition()).await?;
        Ok(self.workers.named(&report, job.format, &job.language, error).await)
    }

    /// Renders an edition afresh.
    pub(crate) async fn render(
        &self,
        edition: &EditionName,
        format: Format,
        language: &str,
    ) -> Result<Rendered, Error> {
        let report = self.storage.report(edition).await?;
        let language = if language.is_empty() {
            report.framework.language.clone()
        } else {
            language.to_owned()
        };
        let span = tracing::info_span!("render", edition = %edition, format = format.name());
        let begun = Instant::now();
        let rendered = self.workers.render(&report, format, &language).instrument(span).await?;
        self.metrics.rendered(format, begun.elapsed());
        Ok(rendered)
    }

    /// Renders a small sample as every format, and returns what is wrong with the template.
    pub(crate) async fn check_template(&self, language: &str) -> Result<Vec<TemplateFault>, Error> {
        self.workers.check(if language.is_empty() { "nl" } else { language }).await
    }

    /// Renderer, template, and the fonts beside those built in.
    pub(crate) fn rendered_with(&self, fonts: &[String]) -> String {
        let rendered_with = self.workers.template().rendered_with();
        if fonts.is_empty() {
            return rendered_with;
        }
        format!("{rendered_with}, fonts {}", fonts.join(", "))
    }
}
