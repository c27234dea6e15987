//! `search`.

use std::collections::BTreeMap;

use wire::v1::{Dimension, Filter, Order, Scope, SearchRequest, SearchResponse};

use crate::{
    cli::{SearchArgs, Sort},
    client::{Client, ask},
    commands::{moment, some},
    output::{Output, is_terminal},
    stop::Stop,
};

const MATCH_BEGINS: char = '\u{e000}';
const MATCH_ENDS: char = '\u{e001}';

pub(crate) async fn run(
    arguments: SearchArgs,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    if arguments.query.is_empty() {
        return Err(Stop::failed("the query is empty"));
    }
    let request = request(&arguments)?;
    let mut found = client.search().search(ask(request)).await?.into_inner();
    for passage in found.hits.iter_mut().flat_map(|hit| &mut hit.passages) {
        passage.snippet = passage.snippet.replace([MATCH_BEGINS, MATCH_ENDS], "**");
    }
    output.message(found, text)
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
    let known = || Dimension::all().map(Dimension::name).collect::<Vec<_>>().join(", ");
    let parts = text
        .split_once('=')
        .and_then(|(name, value)| Some((Dimension::from_name(name)?, value.to_owned())));
    parts.ok_or_else(|| {
        Stop::failed(format!(
            "`{text}` is no filter; write DIMENSION=VALUE with one of {}",
            known()
        ))
    })
}

fn text(found: &SearchResponse) -> String {
    let mut lines = vec![match (found.total, found.relaxed) {
        (0, _) => "nothing found; try fewer or other words".to_owned(),
        (total, false) => format!("{total} contributions"),
        (total, true) => {
            format!("{total} contributions with some of the words; none has all of them")
        }
    }];
    for hit in &found.hits {
        let name = some(&hit.external_id).unwrap_or("-");
        lines.push(format!(
            "\n{name}  {}  {}  goals {}",
            hit.organisation,
            some(&hit.edition).unwrap_or(&hit.cycle),
            hit.goals.join(", ")
        ));
        for passage in &hit.passages {
            lines.push(format!("  {}", emphasised(&passage.snippet)));
            lines.extend(some(&passage.url).map(|url| format!("  {url}")));
        }
    }
    lines.extend(some(&found.next_page_token).map(|token| format!("\nmore: --page {token}")));
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
