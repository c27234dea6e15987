//! A collector of traces: takes in what processes send over OTLP and keeps it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

/// A span that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub name: String,
    trace: Vec<u8>,
    parent: Vec<u8>,
}

type Spans = Arc<Mutex<HashMap<Vec<u8>, Span>>>;

/// A collector on a free port; ends when dropped.
#[derive(Debug)]
pub struct Collector {
    _runtime: tokio::runtime::Runtime,
    spans: Spans,
    /// Its address.
    pub address: String,
}

#[derive(Debug)]
struct Sink(Spans);

#[tonic::async_trait]
impl TraceService for Sink {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        let spans = scopes.flat_map(|scope| scope.spans).map(|span| {
            let kept = Span { name: span.name, trace: span.trace_id, parent: span.parent_span_id };
            (span.span_id, kept)
        });
        self.0.lock().expect("no test panics with it").extend(spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    /// Starts a collector.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("there is a free port");
        let address = format!("http://{}", listener.local_addr().expect("it has an address"));
        let spans = Spans::default();
        let service = TraceServiceServer::new(Sink(spans.clone()));
        let serve = tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(TcpListenerStream::new(listener));
        runtime.spawn(serve);
        Self { _runtime: runtime, spans, address }
    }

    /// Waits for a span with this name below a root with that name; returns the names from the root down to it.
    pub fn path(&self, root: &str, name: &str) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let spans = self.spans.lock().expect("no test panics with it").clone();
            let paths = spans.values().filter(|span| span.name == name);
            let found = paths
                .map(|span| path(&spans, span))
                .find(|path| path.first().is_some_and(|first| first == root));
            if let Some(found) = found {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "no `{name}` below `{root}` in {:#?}",
                names(&spans)
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The names of a span's ancestors, from the top, and its own. All are of one trace.
fn path(spans: &HashMap<Vec<u8>, Span>, span: &Span) -> Vec<String> {
    let ancestors = std::iter::successors(Some(span), |span| {
        spans.get(&span.parent).filter(|parent| parent.trace == span.trace)
    });
    let mut names: Vec<String> = ancestors.map(|span| span.name.clone()).collect();
    names.reverse();
    names
}

fn names(spans: &HashMap<Vec<u8>, Span>) -> Vec<Vec<String>> {
    spans.values().map(|span| path(spans, span)).collect()
}
