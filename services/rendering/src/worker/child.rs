//! The child's side: limits itself, then renders one job after another until its input ends.
//!
//! Invariant: limits stand before any edition is read. Only answers go to standard output.

use std::{
    io::{self, BufWriter, Read, Write},
    process::ExitCode,
};

use fonts::Fonts;
use model::Format;
use rlimit::Resource;

use crate::{
    Error, Rendered, Template,
    render::render,
    worker::frame::{self, Answer, Job, Ready, Setup},
};

/// Files that the child may have open: its three streams and a few for the system.
const MAX_OPEN_FILES: u64 = 16;

/// The whole of a rendering process; the hidden command `render-worker` is nothing but this.
pub fn worker_main() -> ExitCode {
    match serve(&mut io::stdin().lock(), &mut BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The parent reads this. If even that fails, nobody is left to report it to.
            writeln!(io::stderr(), "{error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let Some(setup) = frame::read(input)? else { return Ok(()) };
    let setup: Setup = serde_json::from_slice(&setup)?;
    limit(setup.memory_limit_bytes)?;
    let files = setup
        .files
        .into_iter()
        .map(|name| Ok((name, required(input)?)))
        .collect::<io::Result<_>>()?;
    let template = Template::from_files(files);
    let fonts = Fonts::new(setup.fonts, None);
    frame::write(output, &serde_json::to_vec(&Ready {})?)?;
    output.flush()?;
    while let Some(job) = frame::read(input)? {
        let answer = answer(&template, &fonts, &serde_json::from_slice(&job)?, &required(input)?);
        let (answer, bytes) = answer?;
        frame::write(output, &serde_json::to_vec(&answer)?)?;
        if let Some(bytes) = bytes {
            frame::write(output, &bytes)?;
        }
        output.flush()?;
    }
    Ok(())
}

fn required(input: &mut impl Read) -> io::Result<Vec<u8>> {
    frame::read(input)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn limit(memory_limit_bytes: u64) -> io::Result<()> {
    Resource::AS.set(memory_limit_bytes, memory_limit_bytes)?;
    Resource::CORE.set(0, 0)?;
    Resource::NOFILE.set(MAX_OPEN_FILES, MAX_OPEN_FILES)
}

fn answer(
    template: &Template,
    fonts: &Fonts,
    job: &Job,
    edition: &[u8],
) -> io::Result<(Answer, Option<Vec<u8>>)> {
    let format =
        Format::from_name(&job.format).ok_or_else(|| io::Error::other("unknown format"))?;
    let edition = serde_json::from_slice(edition)?;
    match render(template, fonts, &edition, format, &job.language) {
        Ok(Rendered { bytes, positions, fonts }) => {
            Ok((Answer::Rendered { positions, fonts }, Some(bytes)))
        }
        Err(Error::TemplateFaults(faults)) => Ok((Answer::TemplateFaults(faults), None)),
        Err(error) => Ok((Answer::Content(error.to_string()), None)),
    }
}
