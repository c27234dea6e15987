//! A series over years. Years stand as far apart as they are; a line joins what may be compared, and nothing else.

use crate::{
    Tick,
    canvas::{Anchor, Area, Canvas, Ink, Place, Stroke, area},
    data::{Break, Point, Series, Target, Value},
    scale::Scale,
    text::{LINE, SIZE, cut, measure, wrap},
};

/// Height of the data.
const HEIGHT: f64 = 150.0;
/// Around the first and the last point.
const AROUND: f64 = 16.0;
/// Points that are drawn one by one; of more the line alone is drawn.
const MAX_MARKED: usize = 40;
/// Points that get their value beside them, where there is room: the table has all.
const MAX_LABELLED: usize = 12;
/// Breaks that are named in the picture.
const MAX_NAMED: usize = 4;
/// Lines that the name of a break takes at most.
const BREAK_LINES: usize = 2;
/// Beside a break there is room for its name, or it stands on the other side.
const BREAK_ROOM: f64 = 120.0;

/// Where a series is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub area: Area,
    first: i32,
    last: i32,
}

impl Frame {
    /// A frame for all years of `series`.
    pub(crate) fn of<'a>(area: Area, series: impl Iterator<Item = &'a Series>) -> Self {
        let mut years: Vec<i32> = series.flat_map(years).collect();
        years.sort_unstable();
        let (first, last) =
            (years.first().copied().unwrap_or(0), years.last().copied().unwrap_or(0));
        Self { area, first, last }
    }

    fn x(&self, year: f64) -> f64 {
        let (from, to) = (self.area.left + AROUND, self.area.right - AROUND);
        let span = f64::from(self.last) - f64::from(self.first);
        if span < 0.5 {
            f64::midpoint(from, to)
        } else {
            from + (year - f64::from(self.first)) / span * (to - from)
        }
    }

    /// Where a value of a year stands.
    pub(crate) fn place(&self, year: i32, value: &Value, scale: &Scale) -> Place {
        (self.x(f64::from(year)), scale.place(value.number()))
    }
}

fn years(series: &Series) -> impl Iterator<Item = i32> {
    let target = series.target.iter().map(|target| target.year);
    series.points.iter().map(|point| point.year).chain(target)
}

/// What a value must not stand over.
#[derive(Debug)]
pub(crate) struct Obstacles {
    pub lines: Vec<Vec<Place>>,
    /// Below it stand the years.
    pub floor: f64,
}

pub(crate) fn draw(canvas: &mut Canvas, series: &Series, tick: Tick<'_>) {
    let ticks = Scale::of(series.numbers(), 0.0, 1.0).ticks;
    let max = canvas.width / 3.0;
    let texts: Vec<String> = ticks.iter().map(|at| cut(&tick(&at.plain), max)).collect();
    let left = texts.iter().map(|text| measure(text)).fold(0.0, f64::max) + 6.0;
    let area = Area { left, top: 0.0, right: canvas.width - 2.0, bottom: HEIGHT };
    let mut frame = Frame::of(area, std::iter::once(series));
    let top = break_names(canvas, series, &frame) + LINE;
    (frame.area.top, frame.area.bottom) = (top, top + HEIGHT);
    let scale = Scale::of(series.numbers(), frame.area.bottom, frame.area.top);
    let zero = axis(canvas, &scale, &texts, &frame.area);
    let mut lines = break_lines(canvas, series, &frame);
    lines.push(zero);
    lines.extend(data(canvas, series, &frame, &scale));
    year_labels(canvas, series, &frame);
    let obstacles = Obstacles { lines, floor: frame.area.bottom + 2.0 };
    value_labels(canvas, series, &frame, &scale, &obstacles);
    canvas.reach(frame.area.bottom + LINE);
}

/// Draws the lines behind the data with their numbers; returns that of zero.
fn axis(canvas: &mut Canvas, scale: &Scale, texts: &[String], area: &Area) -> Vec<Place> {
    for (at, text) in scale.ticks.iter().zip(texts) {
        let y = scale.place(at.number);
        let ink = if at.plain == "0" { Ink::Text } else { Ink::Rule };
        canvas.line(&[(area.left, y), (area.right, y)], ink, Stroke::Thin);
        canvas.text((area.left - 6.0, y + 4.0), Anchor::End, Ink::Quiet, text);
    }
    let zero = scale.place(0.0);
    vec![(area.left, zero), (area.right, zero)]
}

/// Names the breaks, each on lines of its own so that no name meets another; returns where the data may begin.
fn break_names(canvas: &mut Canvas, series: &Series, frame: &Frame) -> f64 {
    let mut y = SIZE;
    for gap in series.breaks.iter().take(MAX_NAMED) {
        let x = frame.x(before(series, gap.year));
        let right = canvas.width - x - 6.0;
        let is_left = right < BREAK_ROOM && right < x;
        let (at, anchor, room) =
            if is_left { (x - 5.0, Anchor::End, x - 6.0) } else { (x + 5.0, Anchor::Start, right) };
        for line in wrap(&gap.label, room, BREAK_LINES) {
            canvas.text((at, y), anchor, Ink::Quiet, &line);
            y += LINE;
        }
    }
    y
}

/// Draws the breaks; returns their lines. One alone reaches up to its name; of several each would cross names of others.
fn break_lines(canvas: &mut Canvas, series: &Series, frame: &Frame) -> Vec<Vec<Place>> {
    let top = if series.breaks.len() == 1 { 2.0 } else { frame.area.top - LINE };
    let line = |gap: &Break| {
        let x = frame.x(before(series, gap.year));
        vec![(x, top), (x, frame.area.bottom)]
    };
    let lines: Vec<Vec<Place>> = series.breaks.iter().map(line).collect();
    for line in &lines {
        canvas.line(line, Ink::Quiet, Stroke::Dotted);
    }
    lines
}

/// The middle between the year of a break and the point before it.
fn before(series: &Series, year: i32) -> f64 {
    let earlier = series.points.iter().rev().find(|point| point.year < year);
    let after = series.points.iter().find(|point| year <= point.year);
    let ends = (earlier.or(after), after.or(earlier));
    match ends {
        (Some(one), Some(other)) => f64::midpoint(f64::from(one.year), f64::from(other.year)),
        _ => f64::from(year),
    }
}

/// Draws lines, points and target; returns the lines.
pub(crate) fn data(
    canvas: &mut Canvas,
    series: &Series,
    frame: &Frame,
    scale: &Scale,
) -> Vec<Vec<Place>> {
    let runs = runs(series);
    let places = |run: &Vec<&Point>| -> Vec<Place> {
        run.iter()
            .filter_map(|point| Some(frame.place(point.year, point.value.as_ref()?, scale)))
            .collect()
    };
    let mut lines: Vec<Vec<Place>> = runs.iter().map(places).collect();
    for line in lines.iter().filter(|line| 1 < line.len()) {
        canvas.line(line, Ink::One, Stroke::Bold);
    }
    let way = series.target.as_ref().map(|target| way(target, &lines, series, frame, scale));
    if let Some(way) = &way {
        canvas.line(way, Ink::Two, Stroke::Dashed);
    }
    let points: Vec<&Point> = runs.into_iter().flatten().collect();
    if points.len() <= MAX_MARKED {
        for (point, at) in points.iter().zip(lines.iter().flatten()) {
            canvas.point(*at, Ink::One, point.is_firm);
        }
    }
    if let Some(target) = &series.target {
        canvas.diamond(frame.place(target.year, &target.value, scale), Ink::Two);
    }
    lines.extend(way);
    lines
}

/// The way to a target that lies ahead; else its level.
fn way(
    target: &Target,
    lines: &[Vec<Place>],
    series: &Series,
    frame: &Frame,
    scale: &Scale,
) -> Vec<Place> {
    let at = frame.place(target.year, &target.value, scale);
    let last = lines.iter().flatten().last();
    let is_ahead = series.points.iter().all(|point| point.year < target.year);
    match last {
        Some(last) if is_ahead => vec![*last, at],
        _ => vec![(frame.area.left, at.1), (frame.area.right, at.1)],
    }
}

/// Points that follow each other without gap or break.
fn runs(series: &Series) -> Vec<Vec<&Point>> {
    let mut runs: Vec<Vec<&Point>> = vec![Vec::new()];
    let mut before: Option<i32> = None;
    for point in &series.points {
        let is_broken = before.is_some_and(|before| {
            series.breaks.iter().any(|gap| before < gap.year && gap.year <= point.year)
        });
        if is_broken || point.value.is_none() {
            runs.push(Vec::new());
        }
        if point.value.is_some() {
            runs.last_mut().into_iter().for_each(|run| run.push(point));
        }
        before = Some(point.year);
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Writes the years: the first, the last and that of the target before others.
pub(crate) fn year_labels(canvas: &mut Canvas, series: &Series, frame: &Frame) {
    let all: Vec<i32> = years(series).collect();
    let target = series.target.iter().map(|target| target.year);
    let firsts =
        all.first().into_iter().chain(series.points.last().map(|point| &point.year)).copied();
    let order = firsts.chain(target).chain(all.iter().copied());
    let mut written: Vec<i32> = Vec::new();
    for year in order {
        let text = year.to_string();
        let half = measure(&text) / 2.0;
        let x = frame.x(f64::from(year)).clamp(half, (canvas.width - half).max(half));
        let at = (x, frame.area.bottom + LINE + 2.0);
        if !written.contains(&year) && canvas.try_text(at, Anchor::Middle, Ink::Quiet, &text) {
            written.push(year);
        }
    }
}

/// Writes values beside their points, the last first, each where it touches neither text nor line.
fn value_labels(
    canvas: &mut Canvas,
    series: &Series,
    frame: &Frame,
    scale: &Scale,
    obstacles: &Obstacles,
) {
    if let Some(target) = &series.target {
        let at = frame.place(target.year, &target.value, scale);
        let text = cut(&format!("{} {}", target.name, target.value.text()), canvas.width / 2.0);
        if !beside(canvas, at, Ink::Two, &text, obstacles) {
            beside(canvas, at, Ink::Two, target.value.text(), obstacles);
        }
    }
    let there: Vec<&Point> = series.points.iter().filter(|point| point.value.is_some()).collect();
    let ends = there.last().into_iter().chain(there.first()).copied();
    let others: &[&Point] = if there.len() <= MAX_LABELLED { &there } else { &[] };
    let mut done: Vec<i32> = Vec::new();
    for point in ends.chain(others.iter().copied()) {
        let (Some(value), false) = (&point.value, done.contains(&point.year)) else { continue };
        done.push(point.year);
        let at = frame.place(point.year, value, scale);
        beside(canvas, at, Ink::Text, value.text(), obstacles);
    }
}

/// Writes a text above or below a place, else at its sides, else nowhere, since the table has it; says whether it did.
pub(crate) fn beside(
    canvas: &mut Canvas,
    (x, y): Place,
    ink: Ink,
    text: &str,
    obstacles: &Obstacles,
) -> bool {
    let half = measure(text) / 2.0;
    let middle = x.clamp(half.min(canvas.width - half), (canvas.width - half).max(half));
    let tries = [
        ((middle, y - 11.0), Anchor::Middle),
        ((middle, y + 20.0), Anchor::Middle),
        ((x - 11.0, y + 4.0), Anchor::End),
        ((x + 11.0, y + 4.0), Anchor::Start),
        ((middle, y - 24.0), Anchor::Middle),
        ((middle, y + 33.0), Anchor::Middle),
    ];
    let free = tries.into_iter().find(|(at, anchor)| {
        let area = area(*at, *anchor, text);
        canvas.is_free(&area) && !obstacles.meet(&area)
    });
    if let Some((at, anchor)) = free {
        canvas.text(at, anchor, ink, text);
    }
    free.is_some()
}

impl Obstacles {
    pub(crate) fn meet(&self, area: &Area) -> bool {
        let is_at_point = |(x, y): &Place| {
            area.touches(&Area { left: x - 6.0, top: y - 6.0, right: x + 6.0, bottom: y + 6.0 })
        };
        let is_on = |line: &Vec<Place>| {
            line.iter().any(is_at_point)
                || line.windows(2).any(|ends| area.is_crossed(ends[0], ends[1]))
        };
        self.floor < area.bottom || self.lines.iter().any(is_on)
    }
}
