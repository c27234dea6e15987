//! Measures how fast an export is verified.
//!
//! `cargo run --release -p audit --example verify_rate -- 1000000`
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

use std::{
    error::Error,
    fmt::Write as _,
    fs::File,
    io::{BufReader, BufWriter},
    time::Instant,
};

use audit::{Entry, Line};
use ring::digest::{SHA256, digest};

fn main() -> Result<(), Box<dyn Error>> {
    let count: u64 = std::env::args().nth(1).unwrap_or_else(|| "1000000".to_owned()).parse()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("audit.jsonl");
    write_export(&mut BufWriter::new(File::create(&path)?), count)?;
    let bytes = std::fs::metadata(&path)?.len();
    let begun = Instant::now();
    let report = audit::verify(BufReader::new(File::open(&path)?), &[], &[])?;
    let seconds = begun.elapsed().as_secs_f64();
    if report.finding.is_some() || report.entries != count {
        return Err(format!("the export is not sound: {report:?}").into());
    }
    let rate = f64::from(u32::try_from(count)?) / seconds;
    println!("{count} entries, {bytes} bytes: verified in {seconds:.2} s, {rate:.0} entries/s");
    Ok(())
}

/// A sound log of so many entries, each as long as those of a real one.
fn write_export(file: &mut impl std::io::Write, count: u64) -> Result<(), Box<dyn Error>> {
    let mut before = String::new();
    for position in 1..=count {
        let mut entry = Entry {
            position,
            time_millis: 1_636_448_400_000 + i64::try_from(position)?,
            actor: "local-operator".into(),
            origin: "grpc".into(),
            action: "contribution.submit".into(),
            object: format!("0190a5c2-7c1e-7000-8000-{position:012}").into(),
            result: "done".into(),
            payload_hash: hexadecimal(&position.to_string()).into(),
            rows: "".into(),
            chain_hash: "".into(),
        };
        let mut form = String::new();
        let (at, time) = (position.to_string(), entry.time_millis.to_string());
        let texts =
            [&*before, &at, &time, &entry.actor, &entry.origin, &entry.action, &entry.object];
        for field in texts.into_iter().chain([&*entry.result, &*entry.payload_hash]) {
            writeln!(form, "{} {field}", field.len())?;
        }
        before = hexadecimal(&form);
        entry.chain_hash = before.clone().into();
        serde_json::to_writer(&mut *file, &Line::Entry(entry))?;
        file.write_all(b"\n")?;
    }
    Ok(())
}

fn hexadecimal(text: &str) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}
