//! What a chart shows.

use std::fmt;

use crate::{MAX_PANELS, MAX_PARTS, MAX_SHARES};

/// Values that a chart takes at most.
pub const MAX_VALUES: usize = 1_000;

/// What is further from zero is not drawn: neither can its digits be.
const MAX_NUMBER: f64 = 1e15;

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it says.
    pub title: String,
    /// Stands for the picture where it is not seen.
    pub alt: String,
    /// The numbers.
    pub form: Form,
}

/// How numbers are shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Over years.
    Series(Series),
    /// Beside each other.
    Bars(Bars),
    /// As parts of a whole.
    Shares(Shares),
    /// Several series over years, on one scale.
    Multiples(Vec<Panel>),
}

/// A number, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    number: f64,
    text: String,
}

impl Value {
    /// The plain decimal `plain`, written as `text`; none where it is no number that can be drawn.
    pub fn new(plain: &str, text: &str) -> Option<Self> {
        let number: f64 = plain.parse().ok()?;
        let is_drawable = number.is_finite() && number.abs() <= MAX_NUMBER;
        is_drawable.then(|| Self { number, text: text.to_owned() })
    }

    /// Where it stands on a scale.
    pub fn number(&self) -> f64 {
        self.number
    }

    /// How it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A series over years.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// In the order of their years, no year twice.
    pub points: Vec<Point>,
    /// What is aimed at.
    pub target: Option<Target>,
    /// Where what is measured changed.
    pub breaks: Vec<Break>,
}

/// A year of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Where it stands.
    pub year: i32,
    /// How the year or period is written.
    pub name: String,
    /// Its value; where there is none the line stops.
    pub value: Option<Value>,
    /// Whether the value is exact and final; one that is not is drawn hollow.
    pub is_firm: bool,
}

/// A target.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The year.
    pub year: i32,
    /// What it is called.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// A break in a series: values before and after it are not joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Break {
    /// The first year after it.
    pub year: i32,
    /// What changed, such as that an indicator was split, merged or broadened.
    pub label: String,
}

/// Bars.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    /// From top to bottom.
    pub bars: Vec<Bar>,
    /// Stands where a bar would, if there is no value.
    pub missing: String,
    /// Stands below the last bar where there are more than [`crate::MAX_BARS`].
    pub more: String,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Whose value it is.
    pub name: String,
    /// The value, if there is one.
    pub value: Option<Value>,
    /// Whether the value is exact and final; one that is not is hatched.
    pub is_firm: bool,
}

/// Shares of a whole, one bar for each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    /// Names of the parts.
    pub parts: Vec<String>,
    /// The wholes.
    pub wholes: Vec<Share>,
}

/// One whole with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// What it is.
    pub name: String,
    /// The main number, in words.
    pub summary: String,
    /// A value for each part.
    pub parts: Vec<Value>,
}

/// One of several series.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What it is about.
    pub name: String,
    /// The series.
    pub series: Series,
}

/// A value as a table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is of.
    pub name: String,
    /// The value; empty where there is none.
    pub value: String,
}

/// Why a chart is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It has no value.
    Empty,
    /// It has more values, parts or panels than a chart may have.
    TooMany,
    /// Its years are not in order, or one stands twice.
    Years,
    /// A whole has other parts than those named, or one below zero.
    Parts,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "has no value",
            Self::TooMany => "has more values than a chart may have",
            Self::Years => "has years that are not in order, or one twice",
            Self::Parts => "has other parts than those named, or one below zero",
        })
    }
}

impl std::error::Error for Fault {}

impl Chart {
    /// Each value, in the order in which a table has them.
    pub fn rows(&self) -> Vec<Row> {
        match &self.form {
            Form::Series(series) => series.rows("").collect(),
            Form::Bars(bars) => bars.bars.iter().map(|bar| bar.row(&bars.missing)).collect(),
            Form::Shares(shares) => {
                shares.wholes.iter().flat_map(|whole| whole.rows(&shares.parts)).collect()
            }
            Form::Multiples(panels) => {
                panels.iter().flat_map(|panel| panel.series.rows(&panel.name)).collect()
            }
        }
    }

    pub(crate) fn check(&self) -> Result<(), Fault> {
        let rows = self.rows();
        if rows.iter().all(|row| row.value.is_empty()) {
            return Err(Fault::Empty);
        }
        if rows.len() > MAX_VALUES {
            return Err(Fault::TooMany);
        }
        match &self.form {
            Form::Series(series) => series.check(),
            Form::Bars(_) => Ok(()),
            Form::Shares(shares) => shares.check(),
            Form::Multiples(panels) if panels.len() > MAX_PANELS => Err(Fault::TooMany),
            Form::Multiples(panels) => panels.iter().try_for_each(|panel| panel.series.check()),
        }
    }
}

impl Series {
    /// Every number, that of the target included.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> {
        let target = self.target.iter().map(|target| target.value.number);
        self.points.iter().filter_map(|point| Some(point.value.as_ref()?.number)).chain(target)
    }

    fn rows(&self, of: &str) -> impl Iterator<Item = Row> {
        let name = move |name: &str| {
            if of.is_empty() { name.to_owned() } else { format!("{of}, {name}") }
        };
        let points = self.points.iter().map(move |point| Row {
            name: name(&point.name),
            value: point.value.as_ref().map_or_else(String::new, |value| value.text.clone()),
        });
        let target = self.target.iter().map(move |target| Row {
            name: name(&format!("{} {}", target.name, target.year)),
            value: target.value.text.clone(),
        });
        points.chain(target)
    }

    fn check(&self) -> Result<(), Fault> {
        if self.breaks.len() > MAX_VALUES {
            return Err(Fault::TooMany);
        }
        let is_ordered = self.points.windows(2).all(|pair| pair[0].year < pair[1].year);
        if is_ordered { Ok(()) } else { Err(Fault::Years) }
    }
}

impl Bar {
    fn row(&self, missing: &str) -> Row {
        let value = self.value.as_ref().map_or(missing, |value| value.text.as_str());
        Row { name: self.name.clone(), value: value.to_owned() }
    }
}

impl Share {
    fn rows(&self, names: &[String]) -> impl Iterator<Item = Row> {
        names.iter().zip(&self.parts).map(|(part, value)| Row {
            name: if self.name.is_empty() {
                part.clone()
            } else {
                format!("{}, {part}", self.name)
            },
            value: value.text.clone(),
        })
    }
}

impl Shares {
    fn check(&self) -> Result<(), Fault> {
        if self.parts.len() > MAX_PARTS || self.wholes.len() > MAX_SHARES {
            return Err(Fault::TooMany);
        }
        let is_whole = |whole: &Share| {
            whole.parts.len() == self.parts.len()
                && whole.parts.iter().all(|part| 0.0 <= part.number)
        };
        if self.wholes.iter().all(is_whole) { Ok(()) } else { Err(Fault::Parts) }
    }
}
