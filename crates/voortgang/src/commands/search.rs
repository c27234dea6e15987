//! `search`.

use std::collections::BTreeMap;

use wire::{
    search::{
        Dimension, Facet, Filter, Hit, Order, PassageHit, Scope, SearchRequest, SearchResponse,
    },
    storage::AnswerStatus,
};

use crate::{
    cli::{SearchArgs, Sort},
    client::{Client, ask},
    commands::{moment, some},
    output::{Output, is_terminal},
    results::{CountShown, Found, HitShown, PassageShown},
    stop::Stop,
};

const MATCH_BEGINS: char = '\u{e000}';
const MATCH_ENDS: char = '\u{e001}';

const DIMENSIONS: [(Dimension, &str); 7] = [
    (Dimension::Year, "year"),
    (Dimension::Organisation, "organisation"),
    (Dimension::Pillar, "pillar"),
    (Dimension::Goal, "goal"),
    (Dimension::Indicator, "indicator"),
    (Dimension::Answer, "answer"),
    (Dimension::Cycle, "cycle"),
];

pub(crate) async fn run(
    arguments: SearchArgs,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    if arguments.query.is_empty() {
        return Err(Stop::failed("the query is empty"));
    }
    let request = request(&arguments)?;
    let found = shown(client.search().search(ask(request)).await?.into_inner());
    output.result(&found, || text(&found))
}

fn request(arguments: &SearchArgs) -> Result<SearchRequest, Stop> {
    let mut filters: BTreeMap<i32, Filter> = BTreeMap::new();
    for text in &arguments.filters {
        let (dimension, value) = filter(text)?;
        let entry = filters
            .entry(dimension.into())
            .or_insert_with(|| Filter { dimension: dimension.into(), values: Vec::new() });
        entry.values.push(value);
    }
    let order = match arguments.sort {
        Sort::Score => Order::Score,
        Sort::Newest => Order::Newest,
        Sort::Oldest => Order::Oldest,
    };
    Ok(SearchRequest {
        query: arguments.query.clone(),
        filters: filters.into_values().collect(),
        scope: if arguments.working { Scope::Working } else { Scope::Published }.into(),
        order: order.into(),
        page_size: arguments.limit,
        page_token: arguments.page.clone(),
        edition: arguments.edition.clone(),
        as_of: moment(&arguments.as_of)?,
    })
}

fn filter(text: &str) -> Result<(Dimension, String), Stop> {
    let known = || DIMENSIONS.map(|(_, name)| name).join(", ");
    let parts = text.split_once('=').and_then(|(name, value)| {
        Some((DIMENSIONS.iter().find(|(_, known)| *known == name)?.0, value.to_owned()))
    });
    parts.ok_or_else(|| {
        Stop::failed(format!(
            "`{text}` is no filter; write DIMENSION=VALUE with one of {}",
            known()
        ))
    })
}

fn shown(response: SearchResponse) -> Found {
    let SearchResponse { total, watermark, hits, facets, next_page_token, relaxed } = response;
    Found {
        total,
        watermark,
        relaxed,
        hits: hits.into_iter().map(hit).collect(),
        facets: facets.into_iter().map(facet).collect(),
        next_page: some(next_page_token),
    }
}

fn hit(hit: Hit) -> HitShown {
    let answer = hit.answer();
    let Hit {
        external_id,
        organisation,
        goals,
        indicators,
        cycle,
        edition,
        score,
        passages,
        url,
        ..
    } = hit;
    HitShown {
        external_id: some(external_id),
        organisation,
        goals,
        indicators,
        cycle,
        edition: some(edition),
        answer: (answer != AnswerStatus::Unspecified)
            .then(|| answer.as_str_name().trim_start_matches("ANSWER_STATUS_").to_lowercase()),
        score,
        url: some(url),
        passages: passages.into_iter().map(passage).collect(),
    }
}

fn passage(PassageHit { id, snippet, url }: PassageHit) -> PassageShown {
    PassageShown { id, snippet: snippet.replace([MATCH_BEGINS, MATCH_ENDS], "**"), url: some(url) }
}

fn facet(facet: Facet) -> (String, Vec<CountShown>) {
    let dimension = facet.dimension();
    let name =
        DIMENSIONS.iter().find(|(known, _)| *known == dimension).map_or("other", |(_, name)| name);
    let counts = facet.counts.into_iter().map(|count| CountShown {
        value: count.value,
        label: some(count.label),
        count: count.count,
    });
    (name.to_owned(), counts.collect())
}

fn text(found: &Found) -> String {
    let mut lines = vec![match (found.total, found.relaxed) {
        (0, _) => "nothing found; try fewer or other words".to_owned(),
        (total, false) => format!("{total} contributions"),
        (total, true) => {
            format!("{total} contributions with some of the words; none has all of them")
        }
    }];
    for hit in &found.hits {
        let name = hit.external_id.as_deref().unwrap_or("-");
        lines.push(format!(
            "\n{name}  {}  {}  goals {}",
            hit.organisation,
            hit.edition.as_deref().unwrap_or(&hit.cycle),
            hit.goals.join(", ")
        ));
        for passage in &hit.passages {
            lines.push(format!("  {}", emphasised(&passage.snippet)));
            lines.extend(passage.url.iter().map(|url| format!("  {url}")));
        }
    }
    lines.extend(found.next_page.iter().map(|token| format!("\nmore: --page {token}")));
    lines.join("\n")
}

/// Matches in bold on a terminal.
fn emphasised(snippet: &str) -> String {
    if !is_terminal() {
        return snippet.to_owned();
    }
    let parts = snippet.split("**").enumerate();
    parts
        .map(
            |(i, part)| {
                if i % 2 == 1 { format!("\u{1b}[1m{part}\u{1b}[0m") } else { part.to_owned() }
            },
        )
        .collect()
}
