//! An indicator over all its years: its figures as series, what organisations wrote, and two years side by side.
//!
//! Invariant: years are joined by declared links and ids alone; texts and figures are those of the current editions, each
//! with a link to its place there.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::{Entry, Mention, Picture, Series, Text, data::Contribution, html};
use messages::Messages;

use crate::{
    Error,
    pages::{
        Layout, RequestContext, Shared, compare,
        compare::SideBySide,
        edition::aside,
        goal::heading,
        in_year::InYear,
        links::{Named, address},
        page,
    },
    service::plan::Plan,
};

#[derive(Template)]
#[template(path = "indicator.html")]
struct IndicatorPage {
    layout: Layout,
    messages: &'static Messages,
    plan: Named,
    goal: Named,
    heading: String,
    statement: Text,
    items: Vec<Text>,
    target: Text,
    series: Vec<SeriesShown>,
    /// Organisations to choose from, and the one that is chosen.
    organisations: Vec<Choice>,
    /// Pairs of years to compare.
    pairs: Vec<Choice>,
    years: Vec<YearShown>,
    compared: Option<SideBySide>,
    all: String,
}

/// Something to choose.
struct Choice {
    address: String,
    name: String,
    is_chosen: bool,
}

/// A series with its table.
struct SeriesShown {
    name: Text,
    organisations: Vec<Text>,
    /// The picture as HTML; empty where there is none.
    picture: String,
    title: Text,
    note: String,
    rows: Vec<RowShown>,
}

/// A value with its source.
struct RowShown {
    period: String,
    value: String,
    remarks: Vec<Text>,
    address: String,
    edition: String,
}

/// What was written in a year.
struct YearShown {
    period: String,
    address: String,
    edition: String,
    /// What the indicator was called, and how it is related; empty where it is the same.
    related: String,
    texts: Vec<TextShown>,
}

/// What an organisation wrote, as HTML.
struct TextShown {
    organisation: Text,
    html: String,
}

pub(crate) async fn indicator(
    State(portal): Shared,
    Path((plan, code)): Path<(String, String)>,
    context: RequestContext,
) -> Result<Response, Error> {
    let plan = portal.plan(&plan, context.language).await?;
    let layout = context.layout(&portal);
    aside(move || page(&IndicatorPage::of(&plan, &code, layout, &context)?)).await
}

impl IndicatorPage {
    fn of(
        plan: &Plan,
        code: &str,
        layout: Layout,
        context: &RequestContext,
    ) -> Result<Self, Error> {
        let found = plan.newest(|year| year.indicator(code)).ok_or(Error::NotFound)?;
        let (newest, (goal, indicator)) = found;
        let language = &newest.cached.data().framework.language;
        let choose = |texts| context.choose(texts, language);
        let in_years: Vec<InYear<'_>> =
            plan.years.iter().filter_map(|year| InYear::of(plan, newest, code, year)).collect();
        let asked = context.value("organisatie");
        let asked = asked.as_deref();
        let compared = compare::asked(&in_years, asked, context);
        let statement = choose(&indicator.statement);
        let arguments = [("count", 1.into()), ("codes", code.to_owned().into())];
        let heading_ = context.messages().with("edition-indicators", &arguments);
        let own = address(&plan.code, "indicatoren", code, context);
        let title = format!("{heading_}: {statement}");
        Ok(Self {
            layout: layout.described(&title, plan.title(context).as_str()),
            messages: context.messages(),
            plan: plan.named(context),
            goal: Named {
                address: address(&plan.code, "doelen", &goal.code, context),
                code: goal.code.clone(),
                name: Text::plain(&heading(&goal.code, context)),
            },
            heading: heading_,
            statement,
            items: indicator.items.iter().chain(&indicator.sub_prompts).map(choose).collect(),
            target: indicator.target.as_ref().map(choose).unwrap_or_default(),
            series: shown_series(&in_years, context),
            organisations: organisations(&in_years, asked, &own, context),
            pairs: pairs(&in_years, &own, context),
            years: if compared.is_some() {
                Vec::new()
            } else {
                in_years.iter().map(|one| YearShown::of(one, asked, context)).collect()
            },
            compared,
            all: own,
        })
    }
}

/// The figures that name it, or that are its contribution's only subject.
fn shown_series(in_years: &[InYear<'_>], context: &RequestContext) -> Vec<SeriesShown> {
    let mut mentions = Vec::new();
    for one in in_years.iter().rev() {
        for contribution in one.contributions(None) {
            let is_its = |code: &str| {
                let is_only = code.is_empty() && contribution.indicators.len() == 1;
                is_only || one.codes.iter().any(|known| known == code)
            };
            let figures = contribution.figures.iter().filter(|figure| is_its(&figure.indicator));
            mentions.extend(figures.map(|figure| Mention {
                edition: one.year.cached.data(),
                contribution,
                figure,
                kinds: &one.kinds,
            }));
        }
    }
    let all = Series::all(&mentions, context.language.tag(), context.messages());
    let mut shown: Vec<SeriesShown> =
        all.into_iter().map(|series| SeriesShown::of(series, in_years, context)).collect();
    // What can be compared comes first.
    shown.sort_by_key(|series| series.picture.is_empty());
    shown
}

impl SeriesShown {
    fn of(series: Series, in_years: &[InYear<'_>], context: &RequestContext) -> Self {
        let row = |row: edition::SeriesRow| {
            let from = in_years.iter().find(|one| one.year.edition.name == row.edition);
            RowShown {
                address: from.map(|one| one.links(context).to(&row.anchor)).unwrap_or_default(),
                edition: from.map(|one| one.year.period(context.messages())).unwrap_or_default(),
                period: row.period,
                value: row.value,
                remarks: row.remarks,
            }
        };
        let Series { name, organisations, picture, rows } = series;
        let (title, svg, note) = match picture {
            Some(Picture { title, svg, note, .. }) => (title, svg, note),
            None => (name.clone(), String::new(), String::new()),
        };
        Self {
            name,
            organisations,
            picture: svg,
            title,
            note,
            rows: rows.into_iter().map(row).collect(),
        }
    }
}

impl YearShown {
    fn of(one: &InYear<'_>, organisation: Option<&str>, context: &RequestContext) -> Self {
        let InYear { year, codes, kinds } = one;
        let messages = context.messages();
        let view = year.cached.view(context.language);
        let links = one.links(context);
        let entries: std::collections::HashMap<&str, (&Entry, &Text)> = view
            .chapters
            .iter()
            .flat_map(|chapter| {
                let sections = chapter.parts.iter().flat_map(|part| &part.sections);
                let entries = sections.flat_map(|section| &section.entries);
                entries.map(|entry| (entry.anchor.as_str(), (entry, &chapter.name)))
            })
            .collect();
        let text = |contribution: &Contribution| {
            let anchor = format!("{}/{}", contribution.organisation, contribution.id);
            let (entry, name) = entries.get(anchor.as_str())?;
            // What it asks stands above.
            let entry = Entry { indicators: Vec::new(), ..(*entry).clone() };
            let html = html::entry(view, &entry, &links, 4);
            Some(TextShown { organisation: (*name).clone(), html })
        };
        let edition = year.link(context);
        let related = kinds.last().map(|kind| {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let kind = edition::link_in_words(*kind, messages);
            let arguments = [("codes", messages.list(&codes).into()), ("kind", kind.into())];
            messages.with("portal-related", &arguments)
        });
        Self {
            period: year.period(messages),
            address: edition.address,
            edition: format!("{}, {}", edition.name, edition.date),
            related: related.unwrap_or_default(),
            texts: one.contributions(organisation).into_iter().filter_map(text).collect(),
        }
    }
}

/// Who wrote on it, each as a choice; none where only one did.
fn organisations(
    in_years: &[InYear<'_>],
    asked: Option<&str>,
    own: &str,
    context: &RequestContext,
) -> Vec<Choice> {
    let mut choices: Vec<(String, Choice)> = Vec::new();
    for one in in_years {
        for contribution in one.contributions(None) {
            let code = &contribution.organisation;
            if choices.iter().any(|(known, _)| known == code) {
                continue;
            }
            let view = one.year.cached.view(context.language);
            let name = view.chapters.iter().find(|chapter| chapter.anchor == *code);
            let choice = Choice {
                address: with(own, "organisatie", code),
                name: name.map_or_else(|| code.clone(), |chapter| chapter.name.to_string()),
                is_chosen: asked == Some(code.as_str()),
            };
            choices.push((code.clone(), choice));
        }
    }
    let choices: Vec<Choice> = choices.into_iter().map(|(_, choice)| choice).collect();
    if choices.len() < 2 { Vec::new() } else { choices }
}

/// Each year beside the one before it.
fn pairs(in_years: &[InYear<'_>], own: &str, context: &RequestContext) -> Vec<Choice> {
    let asked = context.value("jaren").unwrap_or_default();
    let pair = |pair: &[InYear<'_>]| {
        let [later, earlier] = pair else { return None };
        let years = format!("{},{}", earlier.period_name(), later.period_name());
        let of = |one: &InYear<'_>| one.year.period(context.messages());
        let arguments = [("earlier", of(earlier).into()), ("later", of(later).into())];
        Some(Choice {
            address: with(own, "jaren", &years),
            name: context.messages().with("portal-beside", &arguments),
            is_chosen: asked == years,
        })
    };
    in_years.windows(2).filter_map(pair).collect()
}

fn with(address: &str, key: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{key}={value}")
}
