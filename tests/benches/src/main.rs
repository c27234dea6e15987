//! Measures the program against what it is built on, in the same run; `tests/bench` builds and starts it.
//!
//! Prints a table per benchmark. Nothing is asserted about time: what counts is the ratio to the alternative beside it.
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

mod database;
mod events;
mod latencies;
mod memory;
mod rendering;
mod search;
mod searchable;
mod startup;
mod submissions;
mod system;
mod table;

use anyhow::Context as _;

const NAMES: [&str; 6] = ["submissions", "events", "searchable", "search", "rendering", "startup"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<&str> = match asked.as_slice() {
        [] => NAMES.to_vec(),
        asked => asked.iter().map(String::as_str).collect(),
    };
    for name in names {
        let rows = measure(name).await.with_context(|| format!("benchmark `{name}`"))?;
        println!("\n## {name}\n\n{}", table::table(&rows));
    }
    Ok(())
}

async fn measure(name: &str) -> anyhow::Result<Vec<table::Row>> {
    match name {
        "submissions" => submissions::measure().await,
        "events" => events::measure().await,
        "searchable" => searchable::measure().await,
        "search" => search::measure().await,
        "rendering" => rendering::measure().await,
        "startup" => startup::measure().await,
        _ => anyhow::bail!("there is none; known are {}", NAMES.join(", ")),
    }
}
