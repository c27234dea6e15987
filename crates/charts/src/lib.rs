//! Charts as SVG: a series over years, bars, shares of a whole, small multiples.
//!
//! Pure, and knows no language: whoever asks brings each number as it is written. Owns geometry, colours and patterns.
//! Invariants: the same data gives the same bytes; every text stands whole inside the picture and touches no other; what
//! colour says, a shape says too; [`Chart::rows`] has every value, also those that the picture leaves without a label.

mod bars;
mod canvas;
mod data;
mod multiples;
mod scale;
mod series;
mod shares;
#[cfg(test)]
mod tests;
mod text;
mod widths;

pub use crate::{
    bars::MAX_BARS,
    data::{
        Bar, Bars, Break, Chart, Fault, Form, MAX_VALUES, Panel, Point, Row, Series, Share, Shares,
        Target, Value,
    },
    multiples::MAX_PANELS,
    shares::{MAX_PARTS, MAX_SHARES},
};

use crate::canvas::Canvas;

/// Width of a picture. It suits a telephone, a column of text and half a page alike, so that one picture serves all:
/// on a page of 320 pixels its letters are still 12 high.
pub const WIDTH: f64 = 300.0;

/// Writes a plain decimal beside an axis.
pub type Tick<'a> = &'a dyn Fn(&str) -> String;

impl Chart {
    /// The picture; `tick` writes the numbers of an axis. It has no ids, so that it may stand anywhere.
    pub fn svg(&self, tick: Tick<'_>) -> Result<String, Fault> {
        Ok(self.draw(tick)?.finish(&self.title, &self.alt))
    }

    fn draw(&self, tick: Tick<'_>) -> Result<Canvas, Fault> {
        self.check()?;
        let mut canvas = Canvas::new(WIDTH);
        match &self.form {
            Form::Series(series) => series::draw(&mut canvas, series, tick),
            Form::Bars(bars) => bars::draw(&mut canvas, bars),
            Form::Shares(shares) => shares::draw(&mut canvas, shares),
            Form::Multiples(panels) => multiples::draw(&mut canvas, panels),
        }
        Ok(canvas)
    }
}
