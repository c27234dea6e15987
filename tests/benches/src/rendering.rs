//! A PDF of the report, cold and warm, against Typst alone on the same files and WeasyPrint on our page; and of a report
//! many times as long.
//!
//! Typst alone is the compiler in the Python package `typst`: a process of its own each time, so that nothing is
//! remembered. It knows no experimental features, so the two functions that the template takes from them are left out
//! of its copy; it does a little less than ours.

mod alone;
mod material;

use std::time::{Duration, Instant};

use edition::Report;
use model::Format;
use rendering::{Config, Template, Workers, typst_files};

use crate::{
    memory::{family, megabytes},
    rendering::{
        alone::{Alone, Took},
        material::{report, times},
    },
    table::{Row, median},
};

/// How many times as long, how often measured, and whether WeasyPrint takes part: at length it takes hours.
const LENGTHS: [(usize, usize, bool); 3] = [(1, 5, true), (10, 3, false), (100, 1, false)];
/// Beyond what any of these takes, so that no limit is measured.
const LIMIT: Duration = Duration::from_hours(1);
const MEMORY_LIMIT: u64 = 16 << 30;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let report = report().await?;
    let alone = Alone::find();
    let mut rows = Vec::new();
    let mut first = None;
    for (length, rounds, with_weasyprint) in LENGTHS {
        let measured = at(&times(&report, length), rounds, with_weasyprint, alone.as_ref()).await?;
        let per_length = measured.warm() / f64::from(u32::try_from(length)?);
        let growth = per_length / *first.get_or_insert(per_length);
        rows.extend(measured.rows(length, growth));
    }
    Ok(rows)
}

/// Seconds of each round.
#[derive(Debug, Default)]
struct Measured {
    cold: Vec<f64>,
    warm: Vec<f64>,
    typst_process: Vec<f64>,
    typst: Vec<f64>,
    weasyprint: Vec<f64>,
    peak_megabytes: u64,
    file_bytes: usize,
}

async fn at(
    report: &Report,
    rounds: usize,
    with_weasyprint: bool,
    alone: Option<&Alone>,
) -> anyhow::Result<Measured> {
    let template = Template::builtin();
    let files = typst_files(&template, report, "nl")?;
    let mut measured = Measured::default();
    for _ in 0..rounds {
        let start = Instant::now();
        let workers = Workers::start(config(), template.clone(), fonts::Config::default()).await?;
        workers.render(report, Format::Pdf, "nl").await?;
        measured.cold.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let rendered = workers.render(report, Format::Pdf, "nl").await?;
        measured.warm.push(start.elapsed().as_secs_f64());
        measured.file_bytes = rendered.bytes.len();
        measured.peak_megabytes = peak();
        if let Some(alone) = alone {
            let Took { process, work } = alone.typst(&files)?;
            measured.typst_process.push(process);
            measured.typst.push(work);
        }
        if let (Some(alone), true) = (alone, with_weasyprint) {
            let page = workers.render(report, Format::Html, "nl").await?;
            measured.weasyprint.push(alone.weasyprint(&page.bytes)?.work);
        }
    }
    Ok(measured)
}

fn config() -> Config {
    let program = Some(end_to_end::program());
    Config { time_limit: LIMIT, memory_limit_bytes: MEMORY_LIMIT, program, ..Config::default() }
}

/// The most memory that a rendering process of ours had.
fn peak() -> u64 {
    let this_process = std::process::id();
    let workers = family(this_process).into_iter().filter(|pid| *pid != this_process);
    workers.map(|pid| megabytes(pid, "VmHWM").unwrap_or(0)).max().unwrap_or(0)
}

impl Measured {
    fn warm(&self) -> f64 {
        median(self.warm.clone())
    }

    fn rows(&self, length: usize, growth: f64) -> Vec<Row> {
        let what =
            if length == 1 { "the report".to_owned() } else { format!("{length} times as long") };
        let typst = |name, seconds: &[f64]| format!("{name}: {:.2} s", median(seconds.to_vec()));
        let mut rows = vec![
            row(
                format!("PDF of {what}, cold, with its process"),
                (&self.cold, String::new()),
                (&self.typst_process, typst("Typst with its process", &self.typst_process)),
                "at most 1.2",
            ),
            row(
                format!("PDF of {what}, warm"),
                (
                    &self.warm,
                    format!(
                        "; {} KB, {} MB at most, {growth:.2} times the time per length",
                        self.file_bytes / 1_024,
                        self.peak_megabytes
                    ),
                ),
                (&self.typst, typst("Typst compiling", &self.typst)),
                "at most 1.2, and linear",
            ),
        ];
        if !self.weasyprint.is_empty() {
            let name = typst("WeasyPrint on our page", &self.weasyprint);
            rows.push(row(
                format!("PDF of {what}, warm"),
                (&self.warm, String::new()),
                (&self.weasyprint, name),
                "",
            ));
        }
        rows
    }
}

fn row(
    figure: String,
    (ours, remark): (&[f64], String),
    alternative: (&[f64], String),
    aim: &'static str,
) -> Row {
    let ratios: Vec<f64> =
        ours.iter().zip(alternative.0).map(|(ours, other)| ours / other).collect();
    Row {
        figure,
        ours: format!("{:.2} s{}", median(ours.to_vec()), remark),
        alternative: alternative.1,
        ratio: (!ratios.is_empty()).then(|| median(ratios)),
        aim,
    }
}
