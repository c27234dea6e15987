//! The port of the operator: whether the process lives, whether it can do its work, and what it counts.
//!
//! It is a port of its own, so that none of this is public where calls and pages are.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::{BoxFuture, join_all};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long a dependency has to answer its health probe; after that it counts as unavailable.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// How often the metrics recorder runs its upkeep.
const UPKEEP: Duration = Duration::from_secs(5);
/// Buckets of the histograms of durations, in seconds.
const SECONDS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Health probe of a dependency; a failure names the reason.
pub type Probe = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A dependency of a process.
pub struct Dependency {
    /// Its name, such as `database`.
    pub name: &'static str,
    /// Whether the process can serve nothing without it. Otherwise it goes on, degraded.
    pub is_required: bool,
    /// Its health probe.
    pub probe: Probe,
}

impl std::fmt::Debug for Dependency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, is_required, probe: _ } = self;
        f.debug_struct("Dependency").field("name", name).field("is_required", is_required).finish()
    }
}

/// What the process counts.
#[derive(Debug, Clone)]
pub struct Metrics(PrometheusHandle);

/// Starts counting; must run before anything is counted, and once in a process.
pub fn init_metrics(role: &str) -> anyhow::Result<Metrics> {
    let builder = PrometheusBuilder::new()
        .add_global_label("role", role)
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?;
    Ok(Metrics(builder.install_recorder()?))
}

/// Serves `/livez`, `/readyz` and `/metrics` until `stop`.
pub async fn serve_health(
    listener: TcpListener,
    dependencies: Vec<Dependency>,
    metrics: Metrics,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let upkeep = upkeep(metrics.clone(), stop.clone());
    let router = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(readyz).with_state(Arc::new(dependencies)))
        .route("/metrics", get(page).with_state(metrics));
    let serve = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    let (served, ()) = tokio::join!(serve.into_future(), upkeep);
    Ok(served?)
}

async fn upkeep(metrics: Metrics, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        metrics.0.run_upkeep();
    }
}

async fn page(State(metrics): State<Metrics>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.0.render()).into_response()
}

#[derive(Debug, Serialize)]
struct Readiness {
    status: &'static str,
    dependencies: Vec<Answer>,
}

#[derive(Debug, Serialize)]
struct Answer {
    name: &'static str,
    status: &'static str,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

async fn readyz(State(dependencies): State<Arc<Vec<Dependency>>>) -> Response {
    let answers = join_all(dependencies.iter().map(ask)).await;
    let is_away = |answer: &&Answer| answer.problem.is_some();
    let (status, code) = if answers.iter().filter(is_away).any(|answer| answer.required) {
        ("away", StatusCode::SERVICE_UNAVAILABLE)
    } else if answers.iter().any(|answer| is_away(&answer)) {
        ("degraded", StatusCode::OK)
    } else {
        ("ready", StatusCode::OK)
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    match serde_json::to_string(&Readiness { status, dependencies: answers }) {
        Ok(json) => (code, headers, json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn ask(dependency: &Dependency) -> Answer {
    let late = || Err(format!("no answer within {} seconds", PROBE_TIMEOUT.as_secs()));
    let problem =
        timeout(PROBE_TIMEOUT, (dependency.probe)()).await.unwrap_or_else(|_| late()).err();
    Answer {
        name: dependency.name,
        status: if problem.is_none() { "ready" } else { "away" },
        required: dependency.is_required,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &'static str, is_required: bool, answer: Result<(), &str>) -> Dependency {
        let answer = answer.map_err(ToOwned::to_owned);
        let probe =
            move || -> BoxFuture<'static, _> { Box::pin(std::future::ready(answer.clone())) };
        Dependency { name, is_required, probe: Box::new(probe) }
    }

    async fn check(dependencies: Vec<Dependency>, code: u16, expected: &str) {
        let response = readyz(State(Arc::new(dependencies))).await;
        assert_eq!(response.status().as_u16(), code);
        let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&body), expected);
    }

    #[tokio::test]
    async fn readiness_names_each_dependency_and_fails_only_without_a_required_one() {
        let ready =
            r#"{"status":"ready","dependencies":[{"name":"a","status":"ready","required":true}]}"#;
        check(vec![dependency("a", true, Ok(()))], 200, ready).await;
        let degraded = r#"{"status":"degraded","dependencies":[{"name":"a","status":"away","required":false,"problem":"gone"}]}"#;
        check(vec![dependency("a", false, Err("gone"))], 200, degraded).await;
        let away = r#"{"status":"away","dependencies":[{"name":"a","status":"away","required":true,"problem":"gone"},{"name":"b","status":"ready","required":false}]}"#;
        check(vec![dependency("a", true, Err("gone")), dependency("b", false, Ok(()))], 503, away)
            .await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_dependency_that_does_not_answer_is_away() {
        let silent = Dependency {
            name: "a",
            is_required: true,
            probe: Box::new(|| Box::pin(std::future::pending())),
        };
        let away = r#"{"status":"away","dependencies":[{"name":"a","status":"away","required":true,"problem":"no answer within 2 seconds"}]}"#;
        check(vec![silent], 503, away).await;
    }
}
