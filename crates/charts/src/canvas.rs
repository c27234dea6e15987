//! The SVG itself: elements in the order in which they are drawn, and the boxes of the texts among them.
//!
//! Colours are attributes, which hold in a file; classes stand beside them, so that a page may choose its own. There is
//! no style sheet, script, pattern or reference in it.

use std::fmt::Write as _;

use crate::text::{SIZE, measure};

/// Fonts that a text is shown in, the first that is there; [`crate::widths`] measures the widest. A typesetter without
/// any of them takes that of the text around.
pub(crate) const FONTS: &str = "'Source Sans 3', 'Noto Sans', Arial, 'Liberation Sans', sans-serif";

/// Room that no other text may take around one.
const AROUND: f64 = 2.0;

/// Where a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// What is drawn, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Numbers and names.
    Text,
    /// Axes and what is said beside.
    Quiet,
    /// Lines behind the data.
    Rule,
    One,
    Two,
    Three,
}

impl Ink {
    fn class(self) -> &'static str {
        match self {
            Self::Text => "chart-text",
            Self::Quiet => "chart-quiet",
            Self::Rule => "chart-rule",
            Self::One => "chart-one",
            Self::Two => "chart-two",
            Self::Three => "chart-three",
        }
    }

    /// On white: texts at least 4.5 to 1, what shows data at least 3 to 1.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::Text => "#1a2128",
            Self::Quiet => "#4f5b66",
            Self::Rule => "#b9c3ca",
            Self::One => "#0b4452",
            Self::Two => "#b94f17",
            Self::Three => "#7a5aa6",
        }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    Thin,
    Bold,
    Dashed,
    Dotted,
}

/// How an area is filled; told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    Solid,
    Hatched,
    Ruled,
    Hollow,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub(crate) fn touches(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a straight line comes into it.
    pub(crate) fn is_crossed(&self, from: Place, to: Place) -> bool {
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (start, step, low, high) in [
            (from.0, to.0 - from.0, self.left, self.right),
            (from.1, to.1 - from.1, self.top, self.bottom),
        ] {
            if step.abs() < 1e-9 {
                if start < low || high < start {
                    return false;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            first = first.max(one.min(other));
            last = last.min(one.max(other));
        }
        first < last
    }

    fn grown(&self, by: f64) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }
}

/// A place in a picture: from the left, from the top.
pub(crate) type Place = (f64, f64);

/// A picture that is being drawn.
#[derive(Debug)]
pub(crate) struct Canvas {
    body: String,
    pub width: f64,
    height: f64,
    /// Boxes of its texts.
    pub texts: Vec<Area>,
}

/// The box of a text whose line stands at `at`.
pub(crate) fn area(at: Place, anchor: Anchor, text: &str) -> Area {
    let wide = measure(text);
    let left = match anchor {
        Anchor::Start => at.0,
        Anchor::Middle => at.0 - wide / 2.0,
        Anchor::End => at.0 - wide,
    };
    Area { left, top: at.1 - SIZE * 0.8, right: left + wide, bottom: at.1 + SIZE * 0.25 }
}

impl Canvas {
    pub(crate) fn new(width: f64) -> Self {
        Self { body: String::new(), width, height: 0.0, texts: Vec::new() }
    }

    /// Makes it reach down to `bottom`.
    pub(crate) fn reach(&mut self, bottom: f64) {
        self.height = self.height.max(bottom);
    }

    /// Whether a text in this box stays inside from left to right and touches no other.
    pub(crate) fn is_free(&self, area: &Area) -> bool {
        let wide = area.grown(AROUND);
        let is_inside = 0.0 <= area.left && area.right <= self.width && 0.0 <= area.top;
        is_inside && self.texts.iter().all(|text| !text.touches(&wide))
    }

    /// Writes a text where it is free; says whether it did.
    pub(crate) fn try_text(&mut self, at: Place, anchor: Anchor, ink: Ink, text: &str) -> bool {
        let is_free = self.is_free(&area(at, anchor, text));
        if is_free {
            self.text(at, anchor, ink, text);
        }
        is_free
    }

    /// Writes a text.
    pub(crate) fn text(&mut self, at: Place, anchor: Anchor, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchored = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if ink == Ink::Quiet { "400" } else { "600" };
        let (class, colour) = (ink.class(), ink.colour());
        let (x, y, text_) = (short(at.0), short(at.1), escaped(text));
        self.push(&format!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchored}\" font-weight=\"{weight}\" fill=\"{colour}\">{text_}</text>"
        ));
        let area = area(at, anchor, text);
        self.reach(area.bottom + 1.0);
        self.texts.push(area);
    }

    /// Draws a line through places.
    pub(crate) fn line(&mut self, places: &[Place], ink: Ink, stroke: Stroke) {
        let (width, dashes, cap) = match stroke {
            Stroke::Thin => ("1", "", "butt"),
            Stroke::Bold => ("2.5", "", "round"),
            Stroke::Dashed => ("2", " stroke-dasharray=\"6 4\"", "butt"),
            Stroke::Dotted => ("1.5", " stroke-dasharray=\"1.5 3\"", "butt"),
        };
        let (class, colour, path) = (ink.class(), ink.colour(), path(places));
        self.push(&format!(
            "<path class=\"{class}\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes} stroke-linecap=\"{cap}\" stroke-linejoin=\"round\"/>"
        ));
    }

    /// Draws a point of a series.
    pub(crate) fn point(&mut self, at: Place, ink: Ink, is_firm: bool) {
        let (class, colour) = (ink.class(), ink.colour());
        let fill = if is_firm { colour } else { "#ffffff" };
        let hollow = if is_firm { "" } else { " chart-hollow" };
        self.push(&format!(
            "<circle class=\"{class}{hollow}\" cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            short(at.0),
            short(at.1),
        ));
    }

    /// Draws the sign of a target.
    pub(crate) fn diamond(&mut self, (x, y): Place, ink: Ink) {
        let (class, colour) = (ink.class(), ink.colour());
        let path = path(&[(x, y - 7.0), (x + 7.0, y), (x, y + 7.0), (x - 7.0, y)]);
        self.push(&format!(
            "<path class=\"{class} chart-hollow\" d=\"{path}Z\" fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        ));
    }

    /// Draws an area; what is too narrow to be seen is left out.
    pub(crate) fn area(&mut self, area: Area, ink: Ink, fill: Fill) {
        if area.right - area.left < 0.5 {
            return;
        }
        let (class, colour) = (ink.class(), ink.colour());
        let inside = if fill == Fill::Solid { colour } else { "none" };
        let open = if fill == Fill::Solid { "" } else { " chart-open" };
        let edge = area.grown(-0.5);
        self.push(&format!(
            "<rect class=\"{class}{open}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{inside}\" stroke=\"{colour}\" stroke-width=\"1\"/>",
            short(edge.left),
            short(edge.top),
            short((edge.right - edge.left).max(0.1)),
            short(edge.bottom - edge.top),
        ));
        let lines = match fill {
            Fill::Solid | Fill::Hollow => return,
            Fill::Hatched => hatches(&area),
            Fill::Ruled => rules(&area),
        };
        let path: String = lines.iter().map(|(from, to)| path(&[*from, *to])).collect();
        self.push(&format!(
            "<path class=\"{class}\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
        ));
    }

    fn push(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// The picture as text.
    pub(crate) fn finish(self, title: &str, alt: &str) -> String {
        let (title, alt) = (escaped(title), escaped(alt));
        let (width, height) = (short(self.width), short(self.height + 2.0));
        let mut svg = String::new();
        write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" aria-label=\"{alt}\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\" font-size=\"{SIZE}\">\n\
             <title>{title}</title>\n{body}</svg>",
            body = self.body,
        )
        .expect("writing to a string cannot fail");
        svg
    }
}

fn path(places: &[Place]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in places.iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        write!(path, "{command}{} {}", short(*x), short(*y))
            .expect("writing to a string cannot fail");
    }
    path
}

/// Slanted lines, clipped.
fn hatches(area: &Area) -> Vec<(Place, Place)> {
    let mut lines = Vec::new();
    let mut sum = area.left + area.top + 4.0;
    while sum < area.right + area.bottom {
        let from = area.left.max(sum - area.bottom);
        let to = area.right.min(sum - area.top);
        lines.push(((from, sum - from), (to, sum - to)));
        sum += 6.0;
    }
    lines
}

/// Level lines.
fn rules(area: &Area) -> Vec<(Place, Place)> {
    let middle = f64::midpoint(area.top, area.bottom);
    [middle - 3.5, middle, middle + 3.5].map(|y| ((area.left, y), (area.right, y))).to_vec()
}

/// One decimal, none where it is zero.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text as XML; what XML cannot hold becomes a space.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
