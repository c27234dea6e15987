//! An operation: its address, what it takes and what it returns, each said once.
//!
//! Invariant: what an operation returns has the schema that its document says, since both come from one type.

use std::{fmt, sync::Arc};

use axum::{
    extract::{OriginalUri, RawPathParams, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use futures::future::BoxFuture;
use model::Hash;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Error, Portal,
    api::{
        call::Call,
        parameter::{Arguments, Kind, Parameter},
    },
    encoding,
    pages::{RequestContext, Shared},
};

/// Language of labels; every operation takes it.
const LANGUAGE: Parameter =
    Parameter::one("language", "portal-api-language", Kind::Choice(&["nl", "en"]));

type Answer = BoxFuture<'static, Result<Value, Error>>;

/// An operation.
pub(crate) struct Operation {
    /// Its path below the base, with names in braces.
    pub path: &'static str,
    /// Its name in the document.
    pub id: &'static str,
    /// Id of the message that says what it returns.
    pub help: &'static str,
    pub parameters: Vec<Parameter>,
    /// A query that shows what it can do.
    pub example: &'static str,
    /// The schema of what it returns.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    handler: Arc<dyn Fn(Call) -> Answer + Send + Sync>,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Operation {
    /// An operation that `handler` answers.
    pub(crate) fn new<T, F>(
        path: &'static str,
        id: &'static str,
        help: &'static str,
        handler: fn(Call) -> F,
    ) -> Self
    where
        T: Serialize + JsonSchema,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let handler = move |call| -> Answer {
            let answer = handler(call);
            Box::pin(async move {
                serde_json::to_value(answer.await?).map_err(|error| Error::Fault(error.to_string()))
            })
        };
        Self {
            path,
            id,
            help,
            parameters: vec![LANGUAGE],
            example: "",
            schema: |generator| generator.subschema_for::<T>(),
            handler: Arc::new(handler),
        }
    }

    /// The same, with these parameters too.
    pub(crate) fn with(mut self, parameters: &[Parameter]) -> Self {
        self.parameters.splice(0..0, parameters.iter().copied());
        self
    }

    /// The same, with a query that shows what it can do.
    pub(crate) fn example(mut self, query: &'static str) -> Self {
        self.example = query;
        self
    }

    /// The names in its path.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// What answers it.
    pub(crate) fn route(self) -> MethodRouter<Arc<Portal>> {
        let operation = Arc::new(self);
        let answer = move |State(portal): Shared,
                           segments: Result<RawPathParams, RawPathParamsRejection>,
                           OriginalUri(uri): OriginalUri,
                           headers: HeaderMap| async move {
            operation.answer(portal, segments.ok(), &uri, &headers).await
        };
        get(answer)
    }

    async fn answer(
        &self,
        portal: Arc<Portal>,
        segments: Option<RawPathParams>,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response, Error> {
        // A name that is no text names nothing.
        let segments = segments.ok_or(Error::NotFound)?;
        let segments = segments.iter().map(|(_, value)| value.to_owned()).collect();
        let arguments = Arguments::read(uri.query().unwrap_or(""), &self.parameters)?;
        let call = Call::of(portal, segments, arguments, uri, headers);
        let context = call.context.clone();
        let value = (self.handler)(call).await?;
        Ok(written(&value, uri, headers, &context))
    }
}

/// Writes an answer, or says that the client has it.
fn written(value: &Value, uri: &Uri, headers: &HeaderMap, context: &RequestContext) -> Response {
    let body = value.to_string();
    let tag = format!("\"{}\"", &Hash::of(body.as_bytes()).to_string()[..32]);
    let kept =
        |tag: String| [(header::ETAG, tag), (header::CACHE_CONTROL, "public, no-cache".to_owned())];
    let language = [(header::CONTENT_LANGUAGE, context.language.tag())];
    if let Some(known) = encoding::known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, kept(known), language).into_response();
    }
    let described = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (kept(tag), language, described, body).into_response();
    let next = value.get("nextPageToken").and_then(Value::as_str);
    if let Some(link) = next.and_then(|token| HeaderValue::try_from(next_link(uri, token)).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The address of the next page (RFC 8288).
fn next_link(uri: &Uri, token: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    query.extend_pairs(pairs.filter(|(name, _)| name != "pageToken"));
    query.append_pair("pageToken", token);
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish())
}
