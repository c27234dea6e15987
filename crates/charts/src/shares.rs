//! Shares of a whole: one bar for each whole, cut into parts that differ in fill as well as in colour.

use crate::{
    canvas::{Anchor, Area, Canvas, Fill, Ink},
    data::{Share, Shares, Value},
    text::{LINE, SIZE, cut, measure, wrap},
};

/// Parts of a whole at most: with more of them no two can be told apart.
pub const MAX_PARTS: usize = 4;
/// Wholes of a chart at most, so that it fits on a page; more of them are several charts, which have one scale anyway.
pub const MAX_SHARES: usize = 9;

const HEIGHT: f64 = 14.0;
/// Between two parts.
const GAP: f64 = 2.0;
const LOOKS: [(Ink, Fill); MAX_PARTS] = [
    (Ink::One, Fill::Solid),
    (Ink::Two, Fill::Hatched),
    (Ink::Quiet, Fill::Hollow),
    (Ink::Three, Fill::Ruled),
];

pub(crate) fn draw(canvas: &mut Canvas, shares: &Shares) {
    let mut y = legend(canvas, &shares.parts);
    for whole in &shares.wholes {
        y = heading(canvas, whole, y);
        bar(canvas, &whole.parts, y - SIZE + 2.0);
        y += HEIGHT + LINE;
    }
    canvas.reach(y - LINE);
}

/// Names the fills, above the bars that have them; returns where the first bar begins.
fn legend(canvas: &mut Canvas, names: &[String]) -> f64 {
    let (mut x, mut y) = (0.0, SIZE);
    for (name, (ink, fill)) in names.iter().zip(LOOKS) {
        let name = cut(name, canvas.width - 20.0);
        let wide = 20.0 + measure(&name);
        if 0.0 < x && canvas.width < x + wide {
            (x, y) = (0.0, y + LINE + 2.0);
        }
        let swatch = Area { left: x, top: y - 10.0, right: x + 14.0, bottom: y + 2.0 };
        canvas.area(swatch, ink, fill);
        canvas.text((x + 20.0, y), Anchor::Start, Ink::Text, &name);
        x += wide + 16.0;
    }
    y + LINE + 8.0
}

/// Writes the name at the left and the main number at the right; returns where the bar begins.
fn heading(canvas: &mut Canvas, whole: &Share, mut y: f64) -> f64 {
    if whole.name.is_empty() && whole.summary.is_empty() {
        return y;
    }
    let summary = cut(&whole.summary, canvas.width / 2.0);
    canvas.text((canvas.width, y), Anchor::End, Ink::Text, &summary);
    let lines = wrap(&whole.name, canvas.width - measure(&summary) - 12.0, 2);
    let last = lines.len().saturating_sub(1);
    for (at, line) in lines.iter().enumerate() {
        canvas.text((0.0, y), Anchor::Start, Ink::Quiet, line);
        if at < last {
            y += LINE;
        }
    }
    y + LINE
}

fn bar(canvas: &mut Canvas, parts: &[Value], top: f64) {
    let whole: f64 = parts.iter().map(Value::number).sum();
    let bottom = top + HEIGHT;
    if whole <= 0.0 {
        let area = Area { left: 0.0, top, right: canvas.width, bottom };
        return canvas.area(area, Ink::Rule, Fill::Hollow);
    }
    let there = parts.iter().filter(|part| 0.0 < part.number()).count();
    let gaps = GAP * f64::from(u32::try_from(there.saturating_sub(1)).unwrap_or(0));
    let mut left = 0.0;
    for (part, (ink, fill)) in parts.iter().zip(LOOKS).filter(|(part, _)| 0.0 < part.number()) {
        let right = left + part.number() / whole * (canvas.width - gaps);
        canvas.area(Area { left, top, right, bottom }, ink, fill);
        left = right + GAP;
    }
}
