//! The PDF: Typst typesets the template with the edition as data.
//!
//! Owns what makes the file PDF/A-2a and PDF/UA-1 at once, and byte for byte reproducible.

mod world;

use jiff::civil::Date;
use typst::{
    World, WorldExt,
    diag::SourceDiagnostic,
    foundations::{Content, Datetime, Label, Selector, Smart, Value},
    introspection::{Introspector, MetadataElem},
    utils::PicoStr,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{
    Error, Position, Rendered, Template, TemplateFault, json::Identity, pdf::world::MemoryWorld,
    view::View,
};

/// Label that a template puts on the metadata that marks a passage.
const PASSAGE: &str = "passage";

/// Typesets `view` with `template`.
pub(crate) fn pdf(
    template: &Template,
    view: &View,
    identity: &Identity,
) -> Result<Rendered, Error> {
    let data = serde_json::to_vec(view).expect("texts and numbers can always be written");
    let day = identity.date.parse::<Date>().ok().and_then(day);
    let world = MemoryWorld::new(template, data, day)
        .map_err(|fault| Error::TemplateFaults(vec![fault]))?;
    let rendered = typeset(&world, day, identity);
    // Bounds the memory of a process that renders many editions.
    typst::comemo::evict(0);
    rendered
}

fn typeset(
    world: &MemoryWorld,
    day: Option<Datetime>,
    identity: &Identity,
) -> Result<Rendered, Error> {
    let document =
        typst::compile::<PagedDocument>(world).output.map_err(|errors| faults(world, &errors))?;
    let bytes = typst_pdf::pdf(&document, &options(day, identity))
        .map_err(|errors| faults(world, &errors))?;
    Ok(Rendered { bytes, positions: positions(&document) })
}

fn options(day: Option<Datetime>, identity: &Identity) -> PdfOptions {
    let standards =
        PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).expect("both build on PDF 1.7");
    PdfOptions {
        ident: Smart::Custom(format!("{} {}", identity.name, identity.manifest_hash)),
        creator: Smart::Custom(Some("Voortgang".to_owned())),
        timestamp: day.map(Timestamp::new_utc),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    }
}

/// Midnight of the edition's date.
fn day(date: Date) -> Option<Datetime> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Datetime::from_ymd_hms(i32::from(date.year()), month, day, 0, 0, 0)
}

fn faults(world: &MemoryWorld, errors: &[SourceDiagnostic]) -> Error {
    Error::TemplateFaults(errors.iter().map(|error| fault(world, error)).collect())
}

/// Where it went wrong: the place itself, else the first known place that led there.
fn fault(world: &MemoryWorld, error: &SourceDiagnostic) -> TemplateFault {
    let hints = error.hints.iter().map(|hint| format!("; {}", hint.v)).collect::<String>();
    let message = format!("{}{hints}", error.message);
    let spans =
        std::iter::once(error.span).chain(error.trace.iter().map(|point| point.span.into()));
    let place = spans.into_iter().find_map(|span| {
        let source = world.source(span.id()?).ok()?;
        let (line, column) = source.lines().byte_to_line_column(world.range(span)?.start)?;
        Some((source.id().vpath().get_without_slash().to_owned(), line + 1, column + 1))
    });
    let (file, line, column) = place.unwrap_or_else(|| (Template::MAIN.to_owned(), 0, 0));
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    TemplateFault { file, line: number(line), column: number(column), message }
}

/// The pages on which the marked passages begin.
fn positions(document: &PagedDocument) -> Vec<Position> {
    let introspector = document.introspector();
    let Some(label) = Label::new(PicoStr::intern(PASSAGE)) else { return Vec::new() };
    let position = |marked: &Content| {
        let page = introspector.page(marked.location()?)?;
        let Value::Str(passage) = &marked.to_packed::<MetadataElem>()?.value else { return None };
        Some(Position { passage: passage.to_string(), page: u32::try_from(page.get()).ok()? })
    };
    introspector.query(&Selector::Label(label)).iter().filter_map(position).collect()
}
