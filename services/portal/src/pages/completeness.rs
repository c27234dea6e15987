//! The statement of completeness: how many contributions each public edition has, and whether search has the same.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use messages::Messages;
use serde::Serialize;
use wire::v1::IndexedEdition;

use crate::{
    Error,
    pages::{Layout, RequestContext, Shared, page},
    service::catalogue::{Catalogue, Edition},
};

#[derive(Template)]
#[template(path = "completeness.html")]
struct CompletenessPage {
    layout: Layout,
    messages: &'static Messages,
    statement: Statement,
}

/// What is public, and what of it search has.
#[derive(Debug, Serialize)]
struct Statement {
    /// Whether search has all of it; absent where search does not say.
    complete: Option<bool>,
    /// How many contributions the public editions have.
    documents: u64,
    /// Root of the tree over the editions, each with the root of its own.
    root: String,
    editions: Vec<Stated>,
}

#[derive(Debug, Serialize)]
struct Stated {
    edition: String,
    documents: u32,
    /// Root of the tree over its contributions, as storage has it.
    content_root: String,
    /// How many search has; absent where it does not say.
    searched: Option<u64>,
    /// The root as search has it.
    searched_root: Option<String>,
    complete: Option<bool>,
    /// Contributions whose text has no words.
    without_text: Vec<String>,
}

impl Stated {
    fn of(edition: &Edition, searched: Option<&[IndexedEdition]>) -> Self {
        let own = searched.map(|all| {
            let own = all.iter().find(|one| one.edition == edition.name);
            own.cloned().unwrap_or_default()
        });
        let is_whole = |own: &IndexedEdition| {
            let counted = own.documents == u64::from(edition.contributions);
            let is_same = own.content_root == edition.content_root;
            counted && (is_same || edition.content_root.is_empty() || own.documents == 0)
        };
        Self {
            edition: edition.name.clone(),
            documents: edition.contributions,
            content_root: edition.content_root.clone(),
            complete: own.as_ref().map(is_whole),
            searched: own.as_ref().map(|own| own.documents),
            searched_root: own.as_ref().map(|own| own.content_root.clone()),
            without_text: own.map(|own| own.without_text).unwrap_or_default(),
        }
    }
}

impl Statement {
    fn of(catalogue: &Catalogue, searched: Option<&[IndexedEdition]>) -> Self {
        let editions = catalogue.cycles.iter().flat_map(|cycle| &cycle.editions);
        let editions: Vec<Stated> = editions.map(|edition| Stated::of(edition, searched)).collect();
        let leaves = editions.iter().map(|one| model::merkle_leaf(&one.edition, &one.content_root));
        Self {
            complete: searched.map(|_| editions.iter().all(|one| one.complete == Some(true))),
            documents: editions.iter().map(|one| u64::from(one.documents)).sum(),
            root: model::merkle_root(leaves).to_string(),
            editions,
        }
    }
}

pub(crate) async fn completeness(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let statement = statement(&portal).await?;
    page(&CompletenessPage {
        layout: context.layout(&portal),
        messages: context.messages(),
        statement,
    })
}

pub(crate) async fn completeness_json(State(portal): Shared) -> Result<Response, Error> {
    let statement = statement(&portal).await?;
    let json =
        serde_json::to_string(&statement).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

async fn statement(portal: &crate::Portal) -> Result<Statement, Error> {
    let (catalogue, searched) = tokio::join!(portal.catalogue(), portal.indexed_editions());
    let catalogue = catalogue?;
    Ok(Statement::of(&catalogue, searched.as_deref()))
}
