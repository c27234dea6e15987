//! Which figures are drawn, and what is said with each picture.
//!
//! A picture is made where figures can be compared as they were declared: over the years that one figure names, several
//! of these on one scale, amounts of one currency beside each other, shares of a whole, completeness. Nothing is summed:
//! the record does not say which amount is part of another. Invariant: every value of a picture stands in its table.

use charts::{
    Bar, Bars, Break, Chart, Form, MAX_PANELS, MAX_SHARES, Panel, Point, Series, Share, Shares,
    Target, Value,
};
use serde::Serialize;

use crate::{
    Text, data,
    data::{Comparison, FigureKind, Precision},
    printable,
    view::layout::Layout,
};

/// Letters of an alternative text at most: screen readers cut longer ones.
const MAX_ALT: usize = 300;

/// A picture of figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// What it says, in the words of the view and of whoever gave the figures.
    pub title: Text,
    /// Stands for the picture where it is not seen.
    pub alt: String,
    /// The picture, the same for every format.
    pub svg: String,
    /// What must be said below it; empty where nothing must.
    pub note: String,
    /// Headings of its table.
    pub columns: [String; 2],
    /// Its numbers; empty where it stands beside a table that has them.
    pub rows: Vec<PictureRow>,
}

/// A number of a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PictureRow {
    /// What it is of.
    pub name: Text,
    /// The number as it is written.
    pub value: Text,
}

/// A figure that has values in several years, or a target.
pub(crate) struct InYears<'a> {
    pub(crate) figure: &'a data::Figure,
    pub(crate) label: &'a str,
    pub(crate) series: Series,
}

impl Layout<'_> {
    /// The pictures of a contribution's figures, whose words are in `language`.
    pub(crate) fn pictures(self, figures: &[data::Figure], language: &str) -> Vec<Picture> {
        let in_years: Vec<InYears<'_>> =
            figures.iter().filter_map(|figure| self.in_years(figure, language)).collect();
        let mut charts = self.over_years(&in_years);
        charts.extend(self.amounts(figures));
        charts.extend(self.shares(figures));
        charts.iter().filter_map(|drawn| self.picture(drawn, language)).collect()
    }

    /// How complete each organisation is. The table that they stand beside has their numbers.
    pub(crate) fn pictures_of_completeness(self, all: &[(Text, Required)]) -> Vec<Picture> {
        let sum = |of: fn(&Required) -> u32| {
            all.iter().fold(0, |sum: u32, (_, required)| sum.saturating_add(of(required)))
        };
        let counts = [
            ("part", sum(|required| required.parts[0]).into()),
            ("whole", sum(|required| required.whole).into()),
        ];
        let title = self.messages.with("edition-chart-owed", &counts);
        let wholes: Vec<Share> =
            all.iter().filter_map(|(name, required)| self.required(name, *required)).collect();
        let parts = ["edition-owed-answered", "edition-owed-accepted", "edition-owed-unexplained"]
            .map(|id| self.label(id));
        let drawn = in_parts(&title, &parts, &wholes);
        let pictures = drawn.iter().filter_map(|drawn| self.picture(drawn, self.messages.tag()));
        pictures.map(|picture| Picture { rows: Vec::new(), ..picture }).collect()
    }

    /// One organisation; none where nothing was required of it.
    fn required(self, name: &Text, Required { whole, parts }: Required) -> Option<Share> {
        let counts = [("part", parts[0].into()), ("whole", whole.into())];
        let value = |part: u32| Value::new(&part.to_string(), &self.messages.count(part.into()));
        let parts = parts.into_iter().map(value).collect::<Option<Vec<Value>>>()?;
        let summary = self.messages.with("edition-owed-part", &counts);
        (0 < whole).then(|| Share { name: name.as_str().to_owned(), summary, parts })
    }

    pub(crate) fn picture(self, drawn: &Drawn<'_>, language: &str) -> Option<Picture> {
        let Drawn { title, form, figure, is_exact } = drawn;
        let title = Text::plain(title);
        let alt = shortened(&self.with(alt(form), "title", title.as_str()));
        let chart = Chart { title: title.to_string(), alt: alt.clone(), form: form.clone() };
        let tick = |plain: &str| figure.map_or_else(String::new, |figure| self.tick(figure, plain));
        let svg = printable::shown(&chart.svg(&tick).ok()?);
        let row = |row: charts::Row| PictureRow {
            name: match form {
                Form::Series(_) => Text::plain(&row.name),
                Form::Bars(_) | Form::Shares(_) | Form::Multiples(_) => {
                    self.text(&row.name, language)
                }
            },
            value: Text::plain(&row.value),
        };
        let notes = [
            (!is_exact, "edition-chart-not-exact"),
            (has_targets_without_name(form), "edition-chart-diamond"),
        ];
        let notes = notes.into_iter().filter(|(is_due, _)| *is_due).map(|(_, id)| self.label(id));
        let note = notes.collect::<Vec<_>>().join(" ");
        let columns = [columns(form), "edition-figure-value"].map(|id| self.label(id));
        let rows = chart.rows().into_iter().map(row).collect();
        Some(Picture { title, alt, svg, note, columns, rows })
    }

    /// One picture for each figure, or one for all where they share kind and unit.
    fn over_years<'a>(self, all: &[InYears<'a>]) -> Vec<Drawn<'a>> {
        let is_alike = |one: &InYears<'_>| {
            let unit = |of: &InYears<'_>| (of.figure.kind, of.figure.unit.clone());
            all.first().is_some_and(|first| unit(first) == unit(one))
        };
        if all.len() < 2 || all.len() > MAX_PANELS || !all.iter().all(is_alike) {
            return all.iter().map(|one| self.one(one)).collect();
        }
        let panel =
            |one: &InYears<'_>| Panel { name: one.label.to_owned(), series: one.series.clone() };
        vec![Drawn {
            title: self.label("edition-chart-several"),
            is_exact: all.iter().all(|one| is_exact(one.figure)),
            figure: Some(all[0].figure),
            form: Form::Multiples(all.iter().map(panel).collect()),
        }]
    }

    pub(crate) fn one<'a>(self, InYears { figure, label, series }: &InYears<'a>) -> Drawn<'a> {
        let there = || series.points.iter().filter_map(|at| Some((at.year, at.value.as_ref()?)));
        let label = ("label", (*label).into());
        let said = match (there().next(), there().next_back()) {
            (Some((from, first)), Some((until, last))) if from != until => {
                let arguments = [
                    label,
                    ("first", first.text().into()),
                    ("from", from.to_string().into()),
                    ("last", last.text().into()),
                    ("until", until.to_string().into()),
                ];
                self.messages.with("edition-chart-from-to", &arguments)
            }
            (_, last) => {
                let (year, text) = last.map_or((0, ""), |(year, value)| (year, value.text()));
                let arguments = [label, ("last", text.into()), ("until", year.to_string().into())];
                self.messages.with("edition-chart-at", &arguments)
            }
        };
        let target = series.target.as_ref().map(|target| {
            let arguments =
                [("value", target.value.text().into()), ("year", target.year.to_string().into())];
            self.messages.with("edition-chart-target", &arguments)
        });
        Drawn {
            title: std::iter::once(said).chain(target).collect::<Vec<_>>().join("; "),
            form: Form::Series(series.clone()),
            figure: Some(*figure),
            is_exact: is_exact(figure),
        }
    }

    /// A figure with what it says of other years; none where it says nothing, or says two things of one year.
    fn in_years<'a>(self, figure: &'a data::Figure, language: &str) -> Option<InYears<'a>> {
        match figure.kind {
            FigureKind::Amount | FigureKind::Count | FigureKind::Percentage => {}
            FigureKind::Ratio | FigureKind::Other => return None,
        }
        if is_alone(figure) {
            return None;
        }
        let own = self.own_point(figure)?;
        let breaks = self.breaks(figure, own.year, language);
        let earlier = figure.comparisons.iter().map(|Comparison { value, year }| Point {
            year: *year,
            name: year.to_string(),
            value: Value::new(value, &self.value(figure, value)),
            is_firm: true,
        });
        let mut points: Vec<Point> = earlier.chain([own]).collect();
        points.sort_by_key(|point| point.year);
        let is_twice = points.windows(2).any(|pair| pair[0].year == pair[1].year);
        let label = label(figure)?;
        let series = Series { points, target: self.target(figure), breaks };
        (!is_twice).then_some(InYears { figure, label, series })
    }

    /// The value of a figure itself, at the last year of its period; that of the cycle where it has none.
    pub(crate) fn own_point(self, figure: &data::Figure) -> Option<Point> {
        let cycle = &self.edition.cycle;
        let has_period = !figure.from.is_empty() || !figure.until.is_empty();
        let from = if has_period { &figure.from } else { &cycle.from };
        let until = if figure.until.is_empty() { &cycle.until } else { &figure.until };
        Some(Point {
            year: until.get(..4)?.parse().ok()?,
            name: self.messages.period(from, until),
            value: Some(Value::new(&figure.value, &self.precise(figure))?),
            is_firm: is_exact(figure),
        })
    }

    pub(crate) fn target(self, figure: &data::Figure) -> Option<Target> {
        let Comparison { value, year } = figure.target.as_ref()?;
        let name = self.label("edition-chart-target-name");
        let value = Value::new(value, &self.value(figure, value))?;
        Some(Target { year: *year, name, value })
    }

    pub(crate) fn breaks(self, figure: &data::Figure, year: i32, language: &str) -> Vec<Break> {
        if figure.break_note.is_empty() {
            return Vec::new();
        }
        let why = self.text(&figure.break_note, language);
        vec![Break { year, label: format!("{}: {why}", self.label("edition-figure-break")) }]
    }

    /// Amounts beside each other, for each currency that has two or more.
    fn amounts(self, figures: &[data::Figure]) -> Vec<Drawn<'static>> {
        let amounts: Vec<&data::Figure> = figures
            .iter()
            .filter(|figure| figure.kind == FigureKind::Amount && is_alone(figure))
            .collect();
        let mut currencies: Vec<&str> = amounts.iter().map(|figure| figure.unit.as_str()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let of = |currency: &str| {
            let same: Vec<&data::Figure> =
                amounts.iter().copied().filter(|figure| figure.unit == currency).collect();
            (1 < same.len()).then(|| self.side_by_side(&same, currency))
        };
        currencies.into_iter().filter_map(of).collect()
    }

    fn side_by_side(self, amounts: &[&data::Figure], currency: &str) -> Drawn<'static> {
        let bar = |figure: &&data::Figure| Bar {
            name: label(figure).unwrap_or_default().to_owned(),
            value: Value::new(&figure.value, &self.precise(figure)),
            is_firm: is_exact(figure),
        };
        let more = self.label("edition-chart-more");
        let missing = self.label("edition-chart-missing");
        let bars = Bars { bars: amounts.iter().map(bar).collect(), missing, more };
        Drawn {
            title: self.with("edition-chart-amounts", "currency", currency),
            form: Form::Bars(bars),
            figure: None,
            is_exact: amounts.iter().all(|figure| is_exact(figure)),
        }
    }

    /// Shares of a whole, each a bar of its own: what they are shares of may differ.
    fn shares(self, figures: &[data::Figure]) -> Vec<Drawn<'static>> {
        let wholes: Vec<Share> = figures
            .iter()
            .filter(|figure| figure.kind == FigureKind::Percentage && is_alone(figure))
            .filter_map(|figure| self.share(figure))
            .collect();
        let title = match &wholes[..] {
            [one] => {
                let arguments =
                    [("label", one.name.as_str().into()), ("value", one.summary.as_str().into())];
                self.messages.with("edition-chart-share", &arguments)
            }
            _ => self.label("edition-chart-shares"),
        };
        let parts = ["edition-chart-part", "edition-chart-rest"].map(|id| self.label(id));
        in_parts(&title, &parts, &wholes)
    }

    /// A share and the rest, with as many decimals; none where it is no part of a whole.
    fn share(self, figure: &data::Figure) -> Option<Share> {
        let part = Value::new(&figure.value, &self.precise(figure))?;
        let places = figure.value.split_once('.').map_or(0, |(_, fraction)| fraction.len()).min(9);
        let rest = format!("{:.places$}", 100.0 - part.number());
        let rest = Value::new(&rest, &self.value(figure, &rest))?;
        (0.0..=100.0).contains(&part.number()).then(|| Share {
            name: label(figure).unwrap_or_default().to_owned(),
            summary: part.text().to_owned(),
            parts: vec![part, rest],
        })
    }

    /// A number beside an axis: in millions where it is as large, so that it stays short.
    fn tick(self, figure: &data::Figure, plain: &str) -> String {
        let number = match millions(plain) {
            Some(number) => {
                self.with("edition-chart-millions", "number", &self.messages.number(&number))
            }
            None => self.messages.number(plain),
        };
        match figure.kind {
            FigureKind::Amount | FigureKind::Percentage => self.measured(figure, number),
            FigureKind::Count | FigureKind::Ratio | FigureKind::Other => number,
        }
    }
}

/// What is drawn, and what is said with it.
pub(crate) struct Drawn<'a> {
    title: String,
    form: Form,
    /// Whose unit the numbers of an axis have; charts without an axis have none.
    figure: Option<&'a data::Figure>,
    is_exact: bool,
}

/// What was required of somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Required {
    pub whole: u32,
    /// What of it is answered, accepted as open, and open.
    pub parts: [u32; 3],
}

/// Wholes with these parts, as many to a picture as it takes.
fn in_parts(title: &str, parts: &[String], wholes: &[Share]) -> Vec<Drawn<'static>> {
    let drawn = |wholes: &[Share]| Drawn {
        title: title.to_owned(),
        form: Form::Shares(Shares { parts: parts.to_vec(), wholes: wholes.to_vec() }),
        figure: None,
        is_exact: true,
    };
    wholes.chunks(MAX_SHARES).map(drawn).collect()
}

fn is_exact(figure: &data::Figure) -> bool {
    figure.precision == Precision::Exact
}

/// Whether it says nothing of other years.
fn is_alone(figure: &data::Figure) -> bool {
    figure.comparisons.is_empty() && figure.target.is_none()
}

/// What introduces a figure.
pub(crate) fn label(figure: &data::Figure) -> Option<&str> {
    let names = [&figure.label, &figure.counts, &figure.indicator];
    names.into_iter().map(String::as_str).find(|name| !name.is_empty())
}

/// Small multiples have no room for the names of targets.
fn has_targets_without_name(form: &Form) -> bool {
    match form {
        Form::Multiples(panels) => panels.iter().any(|panel| panel.series.target.is_some()),
        Form::Series(_) | Form::Bars(_) | Form::Shares(_) => false,
    }
}

fn alt(form: &Form) -> &'static str {
    match form {
        Form::Series(_) | Form::Multiples(_) => "edition-chart-alt-lines",
        Form::Bars(_) => "edition-chart-alt-bars",
        Form::Shares(_) => "edition-chart-alt-parts",
    }
}

fn columns(form: &Form) -> &'static str {
    match form {
        Form::Series(_) => "edition-chart-year",
        Form::Bars(_) | Form::Shares(_) | Form::Multiples(_) => "edition-figure-label",
    }
}

fn shortened(alt: &str) -> String {
    if alt.chars().count() <= MAX_ALT {
        return alt.to_owned();
    }
    let kept: String = alt.chars().take(MAX_ALT - 1).collect();
    format!("{}…", kept.trim_end())
}

/// A whole number of hundred thousands, in millions.
fn millions(plain: &str) -> Option<String> {
    let tenths = plain.strip_suffix("00000")?;
    let (sign, digits) = tenths.strip_prefix('-').map_or(("", tenths), |digits| ("-", digits));
    let (at, tenth) = digits.char_indices().next_back()?;
    let whole = if at == 0 { "0" } else { &digits[..at] };
    Some(if tenth == '0' { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") })
}

#[cfg(test)]
mod tests;
