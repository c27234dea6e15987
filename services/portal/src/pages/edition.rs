//! An edition to read: on one page where that stays small, else by chapter; each chapter also on a page of its own.
//!
//! What it shows is its view, which never changes and is laid out once in each language; only the frame around it is made
//! anew, since another edition may have taken its place.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{OriginalUri, Path, State},
    response::Response,
};
use edition::{Links, Text, View, html};
use messages::Messages;

use crate::{
    Error, Portal,
    pages::{
        Layout, RequestContext, Shared,
        links::{EditionLink, name_of},
        marks::Words,
        page,
    },
    service::{
        CachedEdition,
        catalogue::{self, Cycle, Edition},
    },
};

/// Contributions of an edition that is shown on one page, at most: with more, that page is slow to read and to load.
const MAX_ON_ONE_PAGE: usize = 150;

#[derive(Template)]
#[template(path = "edition.html")]
struct EditionPage {
    layout: Layout,
    messages: &'static Messages,
    frame: Frame,
    /// The chapters, where they are on pages of their own.
    chapters: Vec<ChapterLink>,
    /// Where all of it stands on one page; empty on that page.
    whole: String,
    written: Written,
}

#[derive(Template)]
#[template(path = "chapter.html")]
struct ChapterPage {
    layout: Layout,
    messages: &'static Messages,
    frame: Frame,
    name: Text,
    place: String,
    before: Option<ChapterLink>,
    after: Option<ChapterLink>,
    written: Written,
}

/// What every page of an edition has above its text.
struct Frame {
    title: Text,
    subtitle: String,
    period: String,
    plan_address: String,
    cycle_address: String,
    edition: EditionLink,
    /// The edition that took its place.
    current: Option<EditionLink>,
}

/// A chapter, and where it is.
struct ChapterLink {
    address: String,
    name: Text,
}

/// What was written of an edition, as HTML.
struct Written {
    contents: String,
    body: String,
    /// Where the words that were searched for are not marked; empty where none is.
    unmarked: String,
}

/// An edition that was found, with what is in it.
struct Found {
    cycle: Cycle,
    edition: Edition,
    cached: Arc<CachedEdition>,
}

pub(crate) async fn edition(
    State(portal): Shared,
    Path((framework, period, number)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    let found = found(&portal, &framework, &period, &number, &context).await?;
    let words = Words::read(uri.query().unwrap_or(""));
    aside(move || {
        let view = found.cached.view(context.language);
        let frame = frame(&found, view, &context);
        let address = format!("/{}", found.edition.name);
        let is_small = found.cached.data().contributions.len() <= MAX_ON_ONE_PAGE;
        let is_asked = context.value("weergave").is_some_and(|value| value == "alles");
        // Links to passages that were given out lead here, with the words that were searched for.
        let is_whole = is_small || is_asked || !words.is_empty();
        let (contents, body) = if is_whole {
            (html::contents(view, &Links::within()), html::body(view))
        } else {
            let links = Links::of_chapter(&address, context.query(), "");
            let body = format!("{}\n{}", html::overview(view, &links), html::end(view));
            (html::contents(view, &links), body)
        };
        let title = format!("{}, {}, {}", frame.title, frame.period, frame.edition.name);
        page(&EditionPage {
            layout: context.layout(&portal).described(&title, &frame.subtitle),
            messages: context.messages(),
            chapters: chapter_links(&found, view, &context),
            whole: if is_whole {
                String::new()
            } else {
                context.link(&format!("{address}?weergave=alles"))
            },
            written: marked(contents, body, &words, &frame.edition.address),
            frame,
        })
    })
    .await
}

pub(crate) async fn chapter(
    State(portal): Shared,
    Path((framework, period, number, code)): Path<(String, String, String, String)>,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    let found = found(&portal, &framework, &period, &number, &context).await?;
    let words = Words::read(uri.query().unwrap_or(""));
    aside(move || {
        let view = found.cached.view(context.language);
        let at = view.chapters.iter().position(|chapter| chapter.anchor == code);
        let at = at.ok_or(Error::NotFound)?;
        let chapter = &view.chapters[at];
        let frame = frame(&found, view, &context);
        let address = format!("/{}", found.edition.name);
        let links = Links::of_chapter(&address, context.query(), &code);
        let body = html::chapter(view, chapter, &links);
        let mut chapters = chapter_links(&found, view, &context);
        let name = name_of(&found.cycle, &code, &chapter.name, &context);
        let count = chapters.len();
        let after = (at + 1 < count).then(|| chapters.remove(at + 1));
        let before = at.checked_sub(1).map(|before| chapters.remove(before));
        let numbers = [("number", (at + 1).into()), ("count", count.into())];
        let own = context.link(&format!("{address}/{code}"));
        let title = format!("{name}, {}, {}", frame.title, frame.period);
        page(&ChapterPage {
            layout: context.layout(&portal).described(&title, &frame.subtitle),
            messages: context.messages(),
            name,
            place: context.messages().with("portal-chapter-of", &numbers),
            before,
            after,
            written: marked(html::contents(view, &links), body, &words, &own),
            frame,
        })
    })
    .await
}

/// Makes a page where nobody waits for its work.
pub(crate) async fn aside(
    work: impl FnOnce() -> Result<Response, Error> + Send + 'static,
) -> Result<Response, Error> {
    let made = tokio::task::spawn_blocking(work).await;
    made.map_err(|error| Error::Fault(error.to_string()))?
}

async fn found(
    portal: &Portal,
    framework: &str,
    period: &str,
    number: &str,
    context: &RequestContext,
) -> Result<Found, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    let edition = catalogue::edition(cycle, number)?;
    let cached = portal.edition(catalogue::data_file(edition, context.language)?).await?;
    Ok(Found { cycle: cycle.clone(), edition: edition.clone(), cached })
}

fn frame(
    Found { cycle, edition, cached: _ }: &Found,
    view: &View,
    context: &RequestContext,
) -> Frame {
    let current = cycle.current().filter(|current| current.number != edition.number);
    Frame {
        title: view.title.clone(),
        subtitle: view.subtitle.clone(),
        period: context.messages().period(&cycle.from, &cycle.until),
        plan_address: context.link(&format!("/{}", cycle.framework)),
        cycle_address: context.link(&format!("/{}", cycle.name)),
        edition: EditionLink::of(cycle, edition, context),
        current: current.map(|current| EditionLink::of(cycle, current, context)),
    }
}

fn chapter_links(found: &Found, view: &View, context: &RequestContext) -> Vec<ChapterLink> {
    let Found { cycle, edition, cached: _ } = found;
    let link = |chapter: &edition::Chapter| ChapterLink {
        address: context.link(&format!("/{}/{}", edition.name, chapter.anchor)),
        name: name_of(cycle, &chapter.anchor, &chapter.name, context),
    };
    view.chapters.iter().map(link).collect()
}

/// Marks the words that were searched for in everything below the contents.
fn marked(contents: String, body: String, words: &Words, unmarked: &str) -> Written {
    let marked = if words.is_empty() { None } else { words.mark(&body) };
    let unmarked = if marked.is_some() { unmarked.to_owned() } else { String::new() };
    Written { contents, body: marked.unwrap_or(body), unmarked }
}
