//! `search`.

mod export;

use std::collections::BTreeMap;

use wire::v1::{
    ContextHit, ContextKind, Correction, Dimension, Filter, LinkKind, Order, OtherQuestion,
    QueryNote, QueryNoteKind, Scope, SearchRequest, SearchResponse, Widening, WideningSource,
};

use crate::{
    cli::{SearchArgs, Sort},
    client::{Client, ask},
    commands::{moment, some},
    error::Error,
    output::{Output, is_terminal},
};

const MATCH_BEGINS: char = '\u{e000}';
const MATCH_ENDS: char = '\u{e001}';

pub(crate) async fn run(
    arguments: SearchArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    if arguments.query.is_empty() {
        return Err(Error::failed("the query is empty"));
    }
    let request = request(&arguments)?;
    if let Some(file) = &arguments.export {
        return export::run(file, &arguments.pages, request, client, output).await;
    }
    let mut found = client.search().search(ask(request)).await?.into_inner();
    for hit in &mut found.hits {
        let passages = hit.passages.iter_mut().map(|passage| &mut passage.snippet);
        let context = hit.context.iter_mut().map(|found| &mut found.snippet);
        for snippet in passages.chain(context) {
            *snippet = snippet.replace([MATCH_BEGINS, MATCH_ENDS], "**");
        }
    }
    output.message(found, text)
}

fn request(arguments: &SearchArgs) -> Result<SearchRequest, Error> {
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
        as_written: arguments.as_written,
    })
}

fn filter(text: &str) -> Result<(Dimension, String), Error> {
    let known = || Dimension::all().map(Dimension::name).collect::<Vec<_>>().join(", ");
    let parts = text
        .split_once('=')
        .and_then(|(name, value)| Some((Dimension::from_name(name)?, value.to_owned())));
    parts.ok_or_else(|| {
        Error::failed(format!(
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
            format!(
                "{total} contributions; few have all of the words, and those with some of them follow"
            )
        }
    }];
    if !found.notes.is_empty() {
        lines.push(format!("read as: {}", found.read_as));
        lines.extend(found.notes.iter().map(note));
    }
    lines.extend(found.corrections.iter().map(corrected));
    lines.extend(some(&found.corrected_query).map(|query| format!("did you mean: {query}")));
    if !found.unmatched_words.is_empty() {
        lines.push(format!("nothing has: {}", found.unmatched_words.join(", ")));
    }
    lines.extend(found.would_find.iter().map(would_find));
    lines.extend(widened(&found.widenings));
    if found.unexpanded_words != 0 {
        lines.push(format!(
            "{} words were taken as written: too many of the query occur nowhere or have a `*`",
            found.unexpanded_words
        ));
    }
    if found.behind {
        lines.push("search is behind: the latest changes are not found yet".to_owned());
    }
    for hit in &found.hits {
        let name = some(&hit.external_id).unwrap_or("-");
        lines.push(format!(
            "\n{name}  {}  {}  goals {}",
            [std::slice::from_ref(&hit.organisation), &hit.partners].concat().join(", "),
            some(&hit.edition).unwrap_or(&hit.cycle),
            hit.goals.join(", ")
        ));
        lines.extend(hit.linked_indicators.iter().map(|link| {
            let kinds: Vec<_> = link.kinds().map(link_kind).collect();
            let kinds = if kinds.is_empty() { "the same".to_owned() } else { kinds.join(", ") };
            format!("  indicator {} is linked to {}: {kinds}", link.indicator, link.asked)
        }));
        lines.extend(hit.context.iter().map(beside));
        for passage in &hit.passages {
            lines.push(format!("  {}", emphasised(&passage.snippet)));
            lines.extend(some(&passage.url).map(|url| format!("  {url}")));
        }
    }
    lines.extend(some(&found.next_page_token).map(|token| format!("\nmore: --page {token}")));
    lines.join("\n")
}

/// Why a part of the query was not read as it stands.
fn note(note: &QueryNote) -> String {
    let text = &note.text;
    match note.kind() {
        QueryNoteKind::Quote => format!("  `{text}`: a quote without a second one was left out"),
        QueryNoteKind::Parenthesis => {
            format!(
                "  `{text}`: a parenthesis without a second one, or nested too deep, was left out"
            )
        }
        QueryNoteKind::Wildcard => {
            format!(
                "  `{text}`: a `*` stands behind at least 3 letters, in at most 8 words; left out"
            )
        }
        QueryNoteKind::Slop => {
            format!("  `{text}`: behind `~` stands a number up to 100; left out")
        }
        QueryNoteKind::UnknownField => {
            let fields = Dimension::all().map(Dimension::name).collect::<Vec<_>>().join(", ");
            format!("  `{text}`: no such field, read as words; fields are {fields} and country")
        }
        QueryNoteKind::ValueMissing => {
            format!("  `{text}`: a field without a value, read as a word")
        }
        QueryNoteKind::InvalidValue => {
            format!("  `{text}`: no such value, read as words; write year:2021 or year:2021..2023")
        }
        QueryNoteKind::InnerWildcard => {
            format!(
                "  `{text}`: `*` stands behind a word alone; looked for how it begins, or the sign was left out"
            )
        }
        QueryNoteKind::Operator => {
            format!(
                "  `{text}`: `||`, `&&` and `!` are read as OR, AND and NOT, others are left out"
            )
        }
        QueryNoteKind::Sign => {
            format!("  `{text}`: the minus was read as a sign; NOT leaves a number out")
        }
        QueryNoteKind::Cut => format!("  too long: what follows `{text}` was not searched for"),
        QueryNoteKind::Unspecified => format!("  `{text}`: read as words"),
    }
}

fn corrected(correction: &Correction) -> String {
    let Correction { word, alternatives } = correction;
    let alternatives = alternatives.join(", ");
    format!("no text has `{word}`, so this was looked for: {alternatives} (not with --as-written)")
}

fn link_kind(kind: LinkKind) -> String {
    kind.as_str_name().trim_start_matches("LINK_KIND_").to_lowercase()
}

/// A question that finds something.
fn would_find(other: &OtherQuestion) -> String {
    let OtherQuestion { query, without_filters, total } = other;
    let filters = if *without_filters { " without filters" } else { "" };
    format!("  `{query}`{filters} finds {total} contributions")
}

/// Where a contribution answers whose text does not.
fn beside(found: &ContextHit) -> String {
    let kind = match found.kind() {
        ContextKind::Organisation => "organisation",
        ContextKind::Pillar => "pillar",
        ContextKind::Goal => "goal",
        ContextKind::Indicator => "indicator",
        ContextKind::Figure => "figure",
        ContextKind::Reference => "reference",
        ContextKind::Unspecified => "other",
    };
    let name = [kind, found.code.as_str()].join(" ");
    format!("  not in the text, but in {}: {}", name.trim_end(), emphasised(&found.snippet))
}

/// What stands for words, a line for each of them and what says so.
fn widened(widenings: &[Widening]) -> Vec<String> {
    let mut by_words: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for widening in widenings {
        let key = (widening.words.as_str(), source(widening.source()));
        by_words.entry(key).or_default().push(&widening.alternative);
    }
    let line = |((words, source), alternatives): ((&str, &str), Vec<&str>)| {
        let alternatives = alternatives.join(", ");
        format!("`{words}` is looked for as {alternatives} too ({source}; not with --as-written)")
    };
    by_words.into_iter().map(line).collect()
}

fn source(source: WideningSource) -> &'static str {
    match source {
        WideningSource::Compound => "compound",
        WideningSource::Abbreviation => "abbreviation",
        WideningSource::Country => "country",
        WideningSource::Thesaurus => "list of terms",
        WideningSource::Installation => "list of this installation",
        WideningSource::Organisation => "name of an organisation",
        WideningSource::Unspecified => "synonym",
    }
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
