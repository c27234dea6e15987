//! Logs on stderr, as text for people or as JSON for machines, and traces to a collector. `RUST_LOG` filters logs.

mod json;

use std::{io::IsTerminal as _, str::FromStr};

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, Tracer},
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Targets, fmt, layer::SubscriberExt as _, registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::variable;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of the logs and traces of a process.
#[derive(Debug, Clone, Copy)]
pub struct Telemetry<'a> {
    /// What the process is, such as `storage`.
    pub role: &'static str,
    /// Form of the log; none where nothing is logged.
    pub log: Option<(LogFormat, &'a str)>,
    /// Where traces go: the address of a collector that speaks OTLP over gRPC. Empty: nowhere.
    pub otlp: &'a str,
}

/// Dropped at the end of the process, it sends the last spans.
#[derive(Debug)]
#[must_use]
pub struct Traces(SdkTracerProvider);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::debug!(%error, "the last spans were not sent");
        }
    }
}

/// Starts logging at a level, such as `info`, or at what `RUST_LOG` says; and tracing. Must run where tokio does.
///
/// Spans have ids also where they are sent nowhere, so that the lines of the log that belong together can be found.
pub fn init_telemetry(telemetry: &Telemetry<'_>) -> anyhow::Result<Traces> {
    let Telemetry { role, log, otlp } = *telemetry;
    let provider = provider(role, otlp)?;
    let started = tracing_subscriber::registry()
        .with(spans(provider.tracer("voortgang")))
        .with(log.map(|(format, level)| lines(role, format).with_filter(filter(level))))
        .try_init();
    if started.is_err() {
        tracing::debug!("logging was started already");
    }
    Ok(Traces(provider))
}

fn provider(role: &str, otlp: &str) -> anyhow::Result<SdkTracerProvider> {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder_empty()
        .with_attribute(KeyValue::new("service.name", format!("voortgang-{role}")))
        .with_attribute(version);
    let mut builder = SdkTracerProvider::builder().with_resource(resource.build());
    if !otlp.is_empty() {
        let exporter =
            opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(otlp).build();
        let unfit = |error| {
            anyhow::anyhow!(
                "`telemetry.otlp` is `{otlp}`; give an address such as `http://127.0.0.1:4317`: {error}"
            )
        };
        builder = builder.with_batch_exporter(exporter.map_err(unfit)?);
    }
    Ok(builder.build())
}

/// Exports our own spans only; those of libraries describe their internals.
fn spans<S>(tracer: Tracer) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let ours = Targets::new()
        .with_default(LevelFilter::OFF)
        .with_targets(OURS.map(|name| (name, LevelFilter::INFO)));
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(ours)
}

/// Crates that open spans.
const OURS: [&str; 7] = ["bus", "ingest", "rendering", "rpc", "search", "storage", "voortgang"];

fn filter(level: &str) -> EnvFilter {
    // The broker's client calls every lost connection an error. The bus connects again and says so itself; an error is what
    // somebody must look at.
    let quiet = "lapin=off,tantivy=warn,sqlx=warn,opentelemetry=warn,opentelemetry_sdk=warn,opentelemetry-otlp=warn";
    let directives = variable("RUST_LOG").unwrap_or_else(|| format!("{level},{quiet}"));
    EnvFilter::from_str(&directives).unwrap_or_else(|_| EnvFilter::new("info"))
}

fn lines<S>(role: &'static str, format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    match format {
        LogFormat::Text => fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Json => {
            fmt::layer().event_format(json::Lines { role }).with_writer(std::io::stderr).boxed()
        }
    }
}
