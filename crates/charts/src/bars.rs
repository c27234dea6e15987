//! Bars: each with its name above it and its value at its end. Nothing is beside a bar that could meet another.

use crate::{
    canvas::{Anchor, Area, Canvas, Fill, Ink, Place, Stroke},
    data::{Bar, Bars, Value},
    scale::Scale,
    text::{LINE, SIZE, cut, measure, wrap},
};

/// Bars that are drawn at most, so that a picture fits on a page; the table has the others.
pub const MAX_BARS: usize = 10;

const HEIGHT: f64 = 14.0;
/// Between a bar and its value.
const GAP: f64 = 5.0;
/// A name takes at most as many lines.
const LINES: usize = 2;
/// The most that values take beside the bars, as a part of the width.
const MAX_BESIDE: f64 = 0.5;

pub(crate) fn draw(canvas: &mut Canvas, bars: &Bars) {
    let drawn = &bars.bars[..bars.bars.len().min(MAX_BARS)];
    let scale = scale(canvas.width, drawn);
    let zero = scale.place(0.0);
    let mut y = SIZE;
    for bar in drawn {
        for line in wrap(&bar.name, canvas.width, LINES) {
            canvas.text((0.0, y), Anchor::Start, Ink::Quiet, &line);
            y += LINE;
        }
        one(canvas, bar, &scale, y - SIZE + 2.0, &bars.missing);
        let (top, bottom) = (y - SIZE, y - SIZE + HEIGHT + 4.0);
        canvas.line(&[(zero, top), (zero, bottom)], Ink::Text, Stroke::Thin);
        y += HEIGHT + LINE;
    }
    if drawn.len() < bars.bars.len() {
        canvas.text((0.0, y), Anchor::Start, Ink::Quiet, &cut(&bars.more, canvas.width));
    }
    canvas.reach(y - LINE);
}

/// Leaves room at both ends for the values that stand there.
fn scale(width: f64, bars: &[Bar]) -> Scale {
    let values = || bars.iter().filter_map(|bar| bar.value.as_ref());
    let beside = |is_below: bool| {
        let texts = values().filter(|value| (value.number() < 0.0) == is_below);
        let widest = texts.map(|value| measure(value.text()) + GAP + 1.0).fold(1.0, f64::max);
        widest.min(width * MAX_BESIDE)
    };
    Scale::tight(values().map(Value::number), beside(true), width - beside(false))
}

fn one(canvas: &mut Canvas, bar: &Bar, scale: &Scale, top: f64, missing: &str) {
    let (zero, base) = (scale.place(0.0), top + HEIGHT - 2.0);
    let Some(value) = &bar.value else { return absent(canvas, (zero, base), missing) };
    let end = scale.place(value.number());
    let area = Area { left: zero.min(end), top, right: zero.max(end), bottom: top + HEIGHT };
    canvas.area(area, Ink::One, if bar.is_firm { Fill::Solid } else { Fill::Hatched });
    if value.number() < 0.0 {
        let text = cut(value.text(), end - GAP);
        canvas.text((end - GAP, base), Anchor::End, Ink::Text, &text);
    } else {
        let text = cut(value.text(), canvas.width - end - GAP);
        canvas.text((end + GAP, base), Anchor::Start, Ink::Text, &text);
    }
}

/// Says on the wider side of the axis that there is no value.
fn absent(canvas: &mut Canvas, (zero, base): Place, missing: &str) {
    let right = canvas.width - zero;
    if zero < right {
        let text = cut(missing, right - GAP);
        canvas.text((zero + GAP, base), Anchor::Start, Ink::Quiet, &text);
    } else {
        canvas.text((zero - GAP, base), Anchor::End, Ink::Quiet, &cut(missing, zero - GAP));
    }
}
