//! What programs read: the newest editions as a feed (RFC 4287), every page as a sitemap, and where to report a leak (RFC 9116).
//!
//! Invariant: each names published editions alone; addresses are whole.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use messages::Messages;

use crate::{
    Error, Portal,
    pages::{Layout, RequestContext, Shared, about, links::segment},
    service::catalogue::{self, Catalogue, Cycle},
};

/// Editions in the feed, at most.
const MAX_ENTRIES: usize = 50;
/// Addresses in a sitemap, at most (sitemaps.org).
const MAX_ADDRESSES: usize = 50_000;

#[derive(Template)]
#[template(path = "editions.atom.xml")]
struct Feed {
    layout: Layout,
    messages: &'static Messages,
    updated: String,
    entries: Vec<Entry>,
}

/// An edition.
struct Entry {
    address: String,
    title: String,
    summary: String,
    updated: String,
    sender: String,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    root: String,
    paths: Vec<String>,
}

pub(crate) async fn atom(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let layout = context.layout(&portal);
    let mut editions: Vec<(&Cycle, &crate::service::catalogue::Edition)> = catalogue
        .cycles
        .iter()
        .flat_map(|cycle| cycle.editions.iter().map(move |edition| (cycle, edition)))
        .collect();
    editions
        .sort_by(|(_, one), (_, other)| (&other.date, &other.name).cmp(&(&one.date, &one.name)));
    let messages = context.messages();
    let entry = |(cycle, edition): &(&Cycle, &crate::service::catalogue::Edition)| {
        let title = context.choose(&cycle.title, &cycle.language);
        let period = messages.period(&cycle.from, &cycle.until);
        let summary = [("count", edition.contributions.into())];
        Entry {
            address: format!("{}/{}", layout.root, edition.name),
            title: format!("{title}, {period}, {}", context.edition(edition.number)),
            summary: messages.with("shared-contributions", &summary),
            updated: moment(&edition.date),
            sender: layout.sender().to_owned(),
        }
    };
    let entries: Vec<Entry> = editions.iter().take(MAX_ENTRIES).map(entry).collect();
    let updated =
        entries.first().map_or_else(|| moment("1970-01-01"), |entry| entry.updated.clone());
    written("application/atom+xml; charset=utf-8", &Feed { layout, messages, updated, entries })
}

/// The beginning of a day.
fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

pub(crate) async fn sitemap(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let mut paths: Vec<String> =
        ["/", "/documenten", "/over", "/toegankelijkheid", "/privacy", "/contact"]
            .map(str::to_owned)
            .to_vec();
    for cycle in &catalogue.cycles {
        paths.push(format!("/{}", cycle.name));
        let chapters = cycle.organisations.iter().map(|organisation| &organisation.code);
        if let Some(edition) = cycle.current() {
            paths.push(format!("/{}", edition.name));
            paths.extend(chapters.clone().map(|code| format!("/{}/{code}", edition.name)));
        }
    }
    of_plans(&portal, &catalogue, &context, &mut paths).await?;
    paths.truncate(MAX_ADDRESSES);
    let root = context.layout(&portal).root;
    written("application/xml; charset=utf-8", &Sitemap { root, paths })
}

/// Plans with their organisations, goals and indicators, as the newest edition of each has them.
async fn of_plans(
    portal: &Portal,
    catalogue: &Catalogue,
    context: &RequestContext,
    paths: &mut Vec<String>,
) -> Result<(), Error> {
    let mut known: Vec<&str> = Vec::new();
    for cycle in &catalogue.cycles {
        let plan = cycle.framework.as_str();
        let Some(edition) = cycle.current().filter(|_| !known.contains(&plan)) else { continue };
        known.push(plan);
        let cached = portal.edition(catalogue::data_file(edition, context.language)?).await?;
        let data = cached.data();
        let of = |kind: &str, code: &str| format!("/{plan}/{kind}/{}", segment(code));
        paths.push(format!("/{plan}"));
        paths.extend(data.organisations.iter().map(|one| of("organisaties", &one.code)));
        for goal in &data.framework.goals {
            paths.push(of("doelen", &goal.code));
            paths.extend(goal.indicators.iter().map(|one| of("indicatoren", &one.code)));
        }
    }
    Ok(())
}

pub(crate) async fn security(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let until = &portal.config().security_contact_until;
    let contact = about::contact(&portal).filter(|_| !until.is_empty()).ok_or(Error::NotFound)?;
    let canonical = context.layout(&portal).root;
    let text = format!(
        "Contact: {}\nExpires: {until}\nPreferred-Languages: nl, en\nCanonical: {canonical}/.well-known/security.txt\n",
        contact.address,
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Every report may be indexed; the endless pages of results need not.
pub(crate) async fn robots(State(portal): Shared, context: RequestContext) -> String {
    let root = context.layout(&portal).root;
    format!(
        "User-agent: *\nDisallow: /zoeken\nDisallow: /search\nDisallow: /suggesties\nSitemap: {root}/sitemap.xml\n"
    )
}

fn written(media_type: &'static str, template: &impl Template) -> Result<Response, Error> {
    let text = template.render().map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}
