//! A reporting round: its editions and who reports.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::Text;
use messages::Messages;

use crate::{
    Error, Portal,
    pages::{
        Layout, RequestContext, Shared, links,
        links::{EditionLink, Named, WithdrawnLink, address},
        page,
        plan::{Owed, owed},
    },
    service::catalogue::{self, Cycle, Organisation},
};

#[derive(Template)]
#[template(path = "cycle.html")]
struct CyclePage {
    layout: Layout,
    messages: &'static Messages,
    title: Text,
    subtitle: String,
    editions: Vec<EditionLink>,
    withdrawn: Vec<WithdrawnLink>,
    plan: Named,
    owed: Option<Owed>,
    organisations: Vec<Named>,
}

pub(crate) async fn cycle(
    State(portal): Shared,
    Path((framework, period)): Path<(String, String)>,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    let messages = context.messages();
    let period = messages.period(&cycle.from, &cycle.until);
    let title = context.choose(&cycle.title, &cycle.language);
    let subtitle = messages.with("shared-report", &[("period", period.as_str().into())]);
    let plan = context.link(&format!("/{framework}"));
    let organisation = |(organisation, name): (&Organisation, Text)| Named {
        address: address(&framework, "organisaties", &organisation.code, &context),
        code: organisation.code.clone(),
        name,
    };
    let names = links::organisations(cycle, &context);
    let editions = cycle.editions.iter();
    let withdrawn = cycle.withdrawn.iter();
    page(&CyclePage {
        layout: context.layout(&portal).described(&format!("{title}, {period}"), &subtitle),
        messages,
        plan: Named { address: plan, code: framework.clone(), name: title.clone() },
        owed: completeness(&portal, cycle, &context).await,
        organisations: cycle.organisations.iter().zip(names).map(organisation).collect(),
        editions: editions.map(|edition| EditionLink::of(cycle, edition, &context)).collect(),
        withdrawn: withdrawn.map(|withdrawn| WithdrawnLink::of(withdrawn, &context)).collect(),
        title,
        subtitle,
    })
}

/// How complete the current edition is; none where it cannot be read: the page is whole without.
async fn completeness(portal: &Portal, cycle: &Cycle, context: &RequestContext) -> Option<Owed> {
    let file = catalogue::data_file(cycle.current()?, context.language).ok()?;
    let cached = portal.edition(file).await.ok()?;
    let language = context.language;
    let counts = tokio::task::spawn_blocking(move || {
        cached
            .view(language)
            .overview
            .completeness
            .counts
            .as_ref()
            .map(|counts| counts.total.clone())
    });
    counts.await.ok()?.map(|total| owed(&total, context.messages()))
}
