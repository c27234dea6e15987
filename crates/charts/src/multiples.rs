//! Small multiples: series beside each other on one scale and over the same years, so that they can be compared.

use crate::{
    canvas::{Anchor, Area, Canvas, Ink, Stroke},
    data::{Panel, Point},
    scale::Scale,
    series::{Frame, Obstacles, beside, data, year_labels},
    text::{LINE, SIZE, wrap},
};

/// Panels of a chart at most, so that it fits on a page.
pub const MAX_PANELS: usize = 6;

/// Panels in a row.
const COLUMNS: usize = 2;
const HEIGHT: f64 = 64.0;
const GUTTER: f64 = 20.0;
/// A name takes at most as many lines.
const LINES: usize = 3;
/// Above the highest point, for its value.
const ABOVE: f64 = 24.0;

pub(crate) fn draw(canvas: &mut Canvas, panels: &[Panel]) {
    let wide = (canvas.width - GUTTER) / 2.0;
    let mut top = 0.0;
    for row in panels.chunks(COLUMNS) {
        let names: Vec<Vec<String>> =
            row.iter().map(|panel| wrap(&panel.name, wide, LINES)).collect();
        let lines = names.iter().map(Vec::len).max().unwrap_or(0);
        let under = top + f64::from(u32::try_from(lines).unwrap_or(0)) * LINE;
        let mut left = 0.0;
        for (panel, name) in row.iter().zip(&names) {
            let mut y = top + SIZE;
            for line in name {
                canvas.text((left, y), Anchor::Start, Ink::Text, line);
                y += LINE;
            }
            let area = Area {
                left,
                top: under + ABOVE,
                right: left + wide,
                bottom: under + ABOVE + HEIGHT,
            };
            one(canvas, panels, panel, area);
            left += wide + GUTTER;
        }
        top = under + ABOVE + HEIGHT + 2.0 * LINE + 8.0;
    }
}

fn one(canvas: &mut Canvas, panels: &[Panel], panel: &Panel, area: Area) {
    let numbers = panels.iter().flat_map(|panel| panel.series.numbers());
    let scale = Scale::tight(numbers, area.bottom, area.top);
    let frame = Frame::of(area, panels.iter().map(|panel| &panel.series));
    let zero = scale.place(0.0);
    canvas.line(&[(area.left, zero), (area.right, zero)], Ink::Text, Stroke::Thin);
    let mut lines = data(canvas, &panel.series, &frame, &scale);
    lines.push(vec![(area.left, zero), (area.right, zero)]);
    let obstacles = Obstacles { lines, floor: area.bottom + 2.0 };
    year_labels(canvas, &panel.series, &frame);
    let points = &panel.series.points;
    let there: Vec<&Point> = points.iter().filter(|point| point.value.is_some()).collect();
    for point in there.last().into_iter().chain(there.first().filter(|_| 1 < there.len())) {
        let Some(value) = &point.value else { continue };
        let at = frame.place(point.year, value, &scale);
        beside(canvas, at, Ink::Text, value.text(), &obstacles);
    }
}
