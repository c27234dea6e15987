//! The fields of a content as a tree of names and values, so that whatever looks at every field does so in one way.
//!
//! Invariant: no field is left out; one that is added to a type does not compile until it is here.

use std::borrow::Cow;

use crate::{
    AnswerStatus, Comparison, Content, ContributionKind, Figure, FigureKind, Narrative, Precision,
    Reference, ReferenceKind,
};

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name in paths, such as `source_pages`.
    pub name: &'static str,
    /// What it holds.
    pub value: Value<'a>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// The name of one of some choices; empty where none was made.
    Choice(&'a str),
    /// A whole number.
    Number(i64),
    /// A code of the framework or a key: never printed as it is.
    Code(&'a str),
    /// A short text that is printed.
    Words(&'a str),
    /// A long text that is printed.
    Text(&'a str),
    /// A narrative.
    Markdown(&'a str),
    /// A part with fields of its own; without any where there is no such part.
    Part(Vec<Field<'a>>),
    /// Several of one kind.
    List(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    /// The value where it is a single one; empty for a part and a list.
    pub fn plain(&self) -> Cow<'a, str> {
        match self {
            Self::Choice(text)
            | Self::Code(text)
            | Self::Words(text)
            | Self::Text(text)
            | Self::Markdown(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Part(_) | Self::List(_) => Cow::Borrowed(""),
        }
    }
}

/// Visits every value of some fields with its path below `parent`, such as `content.figures[0].value`: a part or list before what
/// is in it.
pub fn visit(parent: &str, fields: &[Field<'_>], see: &mut impl FnMut(&str, &Value<'_>)) {
    for Field { name, value } in fields {
        let path = if parent.is_empty() { (*name).to_owned() } else { format!("{parent}.{name}") };
        visit_value(&path, value, see);
    }
}

fn visit_value(path: &str, value: &Value<'_>, see: &mut impl FnMut(&str, &Value<'_>)) {
    see(path, value);
    match value {
        Value::Part(fields) => visit(path, fields, see),
        Value::List(values) => {
            for (i, value) in values.iter().enumerate() {
                visit_value(&format!("{path}[{i}]"), value, see);
            }
        }
        Value::Choice(_)
        | Value::Number(_)
        | Value::Code(_)
        | Value::Words(_)
        | Value::Text(_)
        | Value::Markdown(_) => {}
    }
}

const fn field<'a>(name: &'static str, value: Value<'a>) -> Field<'a> {
    Field { name, value }
}

fn codes(codes: &[String]) -> Value<'_> {
    Value::List(codes.iter().map(|code| Value::Code(code)).collect())
}

fn parts<'a, T>(parts: &'a [T], fields: fn(&'a T) -> Vec<Field<'a>>) -> Value<'a> {
    Value::List(parts.iter().map(|part| Value::Part(fields(part))).collect())
}

impl Content {
    /// Its fields.
    pub fn fields(&self) -> Vec<Field<'_>> {
        let Self {
            kind,
            goals,
            indicators,
            answer,
            narratives,
            figures,
            references,
            section,
            source_pages,
            note,
            partners,
        } = self;
        let pages = source_pages.iter().map(|page| Value::Number((*page).into()));
        vec![
            field("kind", Value::Choice(kind.name())),
            field("goals", codes(goals)),
            field("indicators", codes(indicators)),
            field("answer", Value::Choice(answer.map_or("", AnswerStatus::name))),
            field("narratives", parts(narratives, Narrative::fields)),
            field("figures", parts(figures, Figure::fields)),
            field("references", parts(references, Reference::fields)),
            field("section", Value::Text(section)),
            field("source_pages", Value::List(pages.collect())),
            field("note", Value::Text(note)),
            field("partners", codes(partners)),
        ]
    }
}

impl Narrative {
    fn fields(&self) -> Vec<Field<'_>> {
        let Self { language, markdown } = self;
        vec![
            field("language", Value::Words(language)),
            field("markdown", Value::Markdown(markdown)),
        ]
    }
}

impl Figure {
    fn fields(&self) -> Vec<Field<'_>> {
        let Self {
            kind,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
            label,
        } = self;
        vec![
            field("kind", Value::Choice(kind.name())),
            field("value", Value::Words(value)),
            field("per", Value::Words(per)),
            field("unit", Value::Words(unit)),
            field("precision", Value::Choice(precision.name())),
            field("from", Value::Words(from)),
            field("until", Value::Words(until)),
            field("counts", Value::Words(counts)),
            field("indicator", Value::Code(indicator)),
            field("comparisons", parts(comparisons, Comparison::fields)),
            field("target", Value::Part(target.iter().flat_map(Comparison::fields).collect())),
            field("break_note", Value::Words(break_note)),
            field("caveat", Value::Words(caveat)),
            field("fact", Value::Code(fact)),
            field("label", Value::Words(label)),
        ]
    }
}

impl Comparison {
    fn fields(&self) -> Vec<Field<'_>> {
        let Self { value, year } = self;
        vec![field("value", Value::Words(value)), field("year", Value::Number((*year).into()))]
    }
}

impl Reference {
    fn fields(&self) -> Vec<Field<'_>> {
        let Self { kind, as_written, target, url } = self;
        vec![
            field("kind", Value::Choice(kind.name())),
            field("as_written", Value::Words(as_written)),
            field("target", Value::Words(target)),
            field("url", Value::Words(url)),
        ]
    }
}

impl ContributionKind {
    /// Its name, which hashes have and which is never changed for that reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::GeneralRemark => "general_remark",
            Self::Unanswered => "unanswered",
            Self::Erased => "erased",
        }
    }
}

impl FigureKind {
    /// Its name, which hashes have and which is never changed for that reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Count => "count",
            Self::Percentage => "percentage",
            Self::Ratio => "ratio",
        }
    }
}

impl Precision {
    /// Its name, which hashes have and which is never changed for that reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::About => "about",
            Self::AtMost => "at_most",
            Self::AtLeast => "at_least",
        }
    }
}

impl ReferenceKind {
    /// Its name, which hashes have and which is never changed for that reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contribution => "contribution",
            Self::ParliamentaryPaper => "parliamentary_paper",
            Self::Law => "law",
            Self::Document => "document",
            Self::Web => "web",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_visited_with_its_path() {
        let comparison = Comparison { value: "11.5".into(), year: 2020 };
        let figure = Figure {
            value: "12".into(),
            comparisons: vec![comparison.clone()],
            target: Some(comparison),
            ..Figure::default()
        };
        let content = Content {
            goals: vec!["1.1".into()],
            narratives: vec![Narrative { language: "nl".into(), markdown: "Een tekst.".into() }],
            figures: vec![Figure::default(), figure],
            source_pages: vec![7],
            ..Content::default()
        };
        let mut seen = Vec::new();
        visit("content", &content.fields(), &mut |path, value| {
            let plain = value.plain();
            if !plain.is_empty() {
                seen.push(format!("{path} {plain}"));
            }
        });
        let expected = [
            "content.kind answer",
            "content.goals[0] 1.1",
            "content.narratives[0].language nl",
            "content.narratives[0].markdown Een tekst.",
            "content.figures[0].kind count",
            "content.figures[0].precision exact",
            "content.figures[1].kind count",
            "content.figures[1].value 12",
            "content.figures[1].precision exact",
            "content.figures[1].comparisons[0].value 11.5",
            "content.figures[1].comparisons[0].year 2020",
            "content.figures[1].target.value 11.5",
            "content.figures[1].target.year 2020",
            "content.source_pages[0] 7",
        ];
        assert_eq!(seen, expected);
    }
}
