//! The first page: each plan with its newest edition, the numbers of that, and its years.

use askama::Template;
use axum::{extract::State, response::Response};
use edition::Text;
use messages::Messages;

use crate::{
    Error, Portal,
    pages::{
        Layout, RequestContext, Shared,
        edition::aside,
        headlines::{Headline, headlines},
        links::{CycleLink, Named, name_of},
        page,
    },
    service::{
        catalogue::{self, Catalogue, Cycle},
        plan::Year,
    },
};

/// Plans of which the newest edition is read for its numbers, at most.
const MAX_PLANS: usize = 6;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    layout: Layout,
    messages: &'static Messages,
    plans: Vec<PlanShown>,
}

/// A plan.
struct PlanShown {
    address: String,
    title: Text,
    newest: Option<CycleLink>,
    headlines: Vec<Headline>,
    chapters: Vec<Named>,
    cycles: Vec<CycleLink>,
}

pub(crate) async fn home(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let mut codes: Vec<&str> = Vec::new();
    for cycle in &catalogue.cycles {
        if !codes.contains(&cycle.framework.as_str()) {
            codes.push(&cycle.framework);
        }
    }
    let mut plans = Vec::new();
    for (at, code) in codes.into_iter().enumerate() {
        let year =
            if at < MAX_PLANS { newest(&portal, &catalogue, code, &context).await } else { None };
        plans.push((code.to_owned(), year));
    }
    let title = context.messages().text("portal-home-title");
    let intro = context.messages().text("portal-home-intro");
    let site = [("name", portal.config().site_name.clone())];
    let layout = context.layout(&portal).described(&title, &intro).structured("WebSite", site);
    aside(move || {
        let shown = plans.iter().map(|(code, year)| {
            let cycles = catalogue.cycles_of(code).collect::<Vec<_>>();
            PlanShown::of(code, &cycles, year.as_ref(), &context)
        });
        page(&Home { layout, messages: context.messages(), plans: shown.collect() })
    })
    .await
}

/// The newest year of a plan; none where its edition cannot be read: the page is whole without its numbers.
async fn newest(
    portal: &Portal,
    catalogue: &Catalogue,
    code: &str,
    context: &RequestContext,
) -> Option<Year> {
    let mut current = catalogue.cycles_of(code).filter_map(|cycle| Some((cycle, cycle.current()?)));
    let (cycle, edition) = current.next()?;
    let read = async { portal.edition(catalogue::data_file(edition, context.language)?).await };
    match read.await {
        Ok(cached) => Some(Year { cycle: cycle.clone(), edition: edition.clone(), cached }),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                edition = edition.name,
                "an edition cannot be read for the first page"
            );
            None
        }
    }
}

impl PlanShown {
    fn of(code: &str, cycles: &[&Cycle], year: Option<&Year>, context: &RequestContext) -> Self {
        let title = cycles.first().map(|cycle| context.choose(&cycle.title, &cycle.language));
        let newest = cycles.iter().find(|cycle| cycle.current().is_some());
        let chapter = |year: &Year| {
            let address = format!("/{}", year.edition.name);
            let view = year.cached.view(context.language);
            let chapters = view.chapters.iter().map(|chapter| Named {
                address: context.link(&format!("{address}/{}", chapter.anchor)),
                code: chapter.anchor.clone(),
                name: name_of(&year.cycle, &chapter.anchor, &chapter.name, context),
            });
            chapters.collect()
        };
        Self {
            address: context.link(&format!("/{code}")),
            title: title.unwrap_or_default(),
            newest: newest.map(|cycle| CycleLink::of(cycle, context)),
            headlines: year.map(|year| headlines(code, year, context)).unwrap_or_default(),
            chapters: year.map(chapter).unwrap_or_default(),
            cycles: cycles.iter().map(|cycle| CycleLink::of(cycle, context)).collect(),
        }
    }
}
