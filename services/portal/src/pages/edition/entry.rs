//! One contribution as it is shown.

use messages::Messages;
use richtext::{Block, html};

use std::borrow::Cow;

use model::AnswerStatus;

use crate::{
    language::Said,
    pages::edition::arrange::Arranger,
    printing,
    service::edition::{
        Contribution, Figure, Indicator, Kind, Narrative, Reference, ReferenceKind,
    },
};

/// A contribution.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub anchor: String,
    pub external_id: Option<&'a str>,
    /// Level of its heading.
    pub level: u8,
    pub heading: String,
    pub indicators: Vec<ShownIndicator<'a>>,
    pub section: &'a str,
    pub is_unanswered: bool,
    /// The answer: its name in files, and in words.
    pub status: Option<(&'a str, Cow<'a, str>)>,
    /// Language of the narrative, where that is not the page's.
    pub foreign: Option<String>,
    /// The narrative as HTML, escaped.
    pub narrative: String,
    pub figures: Vec<ShownFigure<'a>>,
    pub references: Vec<ShownReference<'a>>,
}

/// An indicator beside its answer.
#[derive(Debug)]
pub(crate) struct ShownIndicator<'a> {
    pub code: &'a str,
    pub statement: Said,
    pub items: Vec<Said>,
    pub is_optional: bool,
    pub target: Option<Said>,
}

/// A figure.
#[derive(Debug)]
pub(crate) struct ShownFigure<'a> {
    pub label: Cow<'a, str>,
    pub value: String,
    pub notes: Vec<(Cow<'static, str>, String)>,
}

/// A reference.
#[derive(Debug)]
pub(crate) struct ShownReference<'a> {
    pub kind: Cow<'static, str>,
    pub text: &'a str,
    /// Where it leads; empty where it leads nowhere.
    pub address: String,
}

impl<'a> Entry<'a> {
    /// Makes `own` ready to be shown under a heading of `level`.
    pub(crate) fn of(own: &'a Contribution, level: u8, arranger: Arranger<'a>) -> Self {
        let anchor = format!("{}/{}", own.organisation, own.id);
        let text = own
            .texts
            .iter()
            .find(|text| text.language == arranger.language.tag())
            .or(own.texts.first());
        Self {
            heading: heading(own, arranger),
            external_id: own.external_id.as_deref(),
            level,
            indicators: own.indicators.iter().map(|code| shown_indicator(code, arranger)).collect(),
            section: &own.section,
            is_unanswered: own.kind == Kind::Unanswered,
            status: own.answer.as_deref().map(|name| (name, answer_named(name, arranger.messages))),
            foreign: text
                .map(|text| text.language.clone())
                .filter(|tag| tag != arranger.language.tag()),
            narrative: text
                .map(|text| narrative(own, text, &anchor, level, arranger))
                .unwrap_or_default(),
            figures: own.figures.iter().map(|figure| shown_figure(figure, arranger)).collect(),
            references: own
                .references
                .iter()
                .map(|reference| shown_reference(reference, own, arranger))
                .collect(),
            anchor,
        }
    }
}

fn heading(own: &Contribution, arranger: Arranger<'_>) -> String {
    let messages = arranger.messages;
    match own.indicators.as_slice() {
        _ if own.kind == Kind::GeneralRemark => {
            messages.text("edition-general-remark").into_owned()
        }
        [] => messages.text("edition-no-indicator").into_owned(),
        codes => messages.with(
            "edition-indicators",
            &[("count", codes.len().into()), ("codes", arranger.list(codes).into())],
        ),
    }
}

/// The narrative with a place for each passage. A text that no longer parses is shown passage by passage.
fn narrative(
    own: &Contribution,
    text: &Narrative,
    anchor: &str,
    level: u8,
    arranger: Arranger<'_>,
) -> String {
    let passages: Vec<_> =
        own.passages.iter().filter(|passage| passage.language == text.language).collect();
    let ids: Vec<String> = passages.iter().map(|passage| passage.id.clone()).collect();
    let prefix = format!("{anchor}/");
    match richtext::parse(&text.markdown) {
        Ok(document) => {
            // The highest heading of the text comes right below the heading of the contribution.
            let highest = document.blocks.iter().filter_map(heading_level).min().unwrap_or(1);
            let heading_offset = (level + 1).saturating_sub(highest);
            html::write(
                &document,
                &html::Html {
                    ids: &ids,
                    prefix: &prefix,
                    heading_offset,
                    permalink: Some(&arranger.messages.text("edition-permalink")),
                },
            )
        }
        Err(_) => passages.iter().fold(String::new(), |out, passage| {
            let place = html::escape(&format!("{prefix}{}", passage.id));
            out + &format!("<p id=\"{place}\">{}</p>\n", html::escape(&passage.text))
        }),
    }
}

fn heading_level(block: &Block) -> Option<u8> {
    match block {
        Block::Heading { level, .. } => Some(*level),
        _ => None,
    }
}

fn shown_indicator<'a>(code: &'a str, arranger: Arranger<'a>) -> ShownIndicator<'a> {
    let mut all = arranger.edition.framework.goals.iter().flat_map(|goal| &goal.indicators);
    let Some(Indicator { code, statement, items, sub_prompts, optional, target }) =
        all.find(|indicator| indicator.code == code)
    else {
        return ShownIndicator {
            code,
            statement: Said::default(),
            items: Vec::new(),
            is_optional: false,
            target: None,
        };
    };
    ShownIndicator {
        code,
        statement: arranger.pick(statement),
        items: items.iter().chain(sub_prompts).map(|item| arranger.pick(item)).collect(),
        is_optional: *optional,
        target: target.as_ref().map(|target| arranger.pick(target)),
    }
}

fn shown_figure<'a>(figure: &'a Figure, arranger: Arranger<'a>) -> ShownFigure<'a> {
    let (messages, language) = (arranger.messages, arranger.language);
    let earlier: Vec<String> = figure
        .comparisons
        .iter()
        .map(|comparison| printing::comparison(figure, comparison, messages))
        .collect();
    let label = [&figure.label, &figure.counts, &figure.indicator]
        .into_iter()
        .find(|text| !text.is_empty());
    let counts = if figure.label.is_empty() { String::new() } else { figure.counts.clone() };
    let notes = [
        (messages.text("edition-figure-counts"), counts),
        (
            messages.text("edition-figure-period"),
            Messages::of(language).period(&figure.from, &figure.until),
        ),
        (messages.text("edition-figure-earlier"), earlier.join("; ")),
        (
            messages.text("edition-figure-target"),
            figure
                .target
                .as_ref()
                .map(|target| printing::comparison(figure, target, messages))
                .unwrap_or_default(),
        ),
        (messages.text("edition-figure-break"), figure.break_note.clone()),
        (messages.text("edition-figure-caveat"), figure.caveat.clone()),
    ];
    ShownFigure {
        label: label
            .map_or(messages.text("edition-figure-value"), |label| Cow::Borrowed(label.as_str())),
        value: printing::figure(figure, messages),
        notes: notes.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
    }
}

fn shown_reference<'a>(
    reference: &'a Reference,
    from: &Contribution,
    arranger: Arranger<'_>,
) -> ShownReference<'a> {
    let Reference { kind, as_written, target, url } = reference;
    let messages = arranger.messages;
    let kind_name = match kind {
        ReferenceKind::Contribution => messages.text("edition-reference-contribution"),
        ReferenceKind::ParliamentaryPaper => messages.text("edition-reference-parliamentary-paper"),
        ReferenceKind::Law => messages.text("edition-reference-law"),
        ReferenceKind::Document => messages.text("edition-reference-document"),
        ReferenceKind::Web => messages.text("edition-reference-web"),
        ReferenceKind::Other => messages.text("edition-reference-other"),
    };
    let inside = || {
        let (organisation, id) = target.split_once('/').unwrap_or((&from.organisation, target));
        let is_here = arranger
            .edition
            .contributions
            .iter()
            .any(|own| own.organisation == organisation && own.id == id);
        if is_here { format!("#{organisation}/{id}") } else { String::new() }
    };
    let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    ShownReference {
        kind: kind_name,
        text: if as_written.is_empty() { target } else { as_written },
        address: if is_web {
            url.clone()
        } else if *kind == ReferenceKind::Contribution {
            inside()
        } else {
            String::new()
        },
    }
}

/// The answer with this name in files; an unknown name comes back as it is.
fn answer_named<'a>(name: &'a str, messages: &'static Messages) -> Cow<'a, str> {
    AnswerStatus::from_name(name).map_or(Cow::Borrowed(name), |known| messages.answer(known))
}
