//! The PDF: Typst typesets the template with the edition as data.
//!
//! Owns what makes the file PDF/A-2a and PDF/UA-1 at once, and byte for byte reproducible.

mod world;

use std::collections::HashSet;

use edition::{View, data::Identity};
use fonts::Fonts;
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

use crate::{Error, Position, Rendered, Template, TemplateFault, pdf::world::MemoryWorld};

/// Label that a template puts on the metadata that marks a passage.
const PASSAGE: &str = "passage";
/// Built-in families that have what others lack.
const BUILT_IN: [&str; 3] = ["New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"];
/// Contributions that an error names.
const MAX_NAMED: usize = 20;

/// Typesets `view` with `template`.
pub(crate) fn pdf(
    template: &Template,
    fonts: &Fonts,
    view: &View,
    identity: &Identity,
) -> Result<Rendered, Error> {
    let day = identity.date.parse::<Date>().ok().and_then(day);
    let world = MemoryWorld::new(template, fonts, data(view), day)
        .map_err(|fault| Error::TemplateFaults(vec![fault]))?;
    let rendered = typeset(&world, view, day, identity);
    // Bounds the memory of a process that renders many editions.
    typst::comemo::evict(0);
    rendered
}

/// The edition as the template reads it.
pub(crate) fn data(view: &View) -> Vec<u8> {
    serde_json::to_vec(view).expect("texts and numbers can always be written")
}

/// Families that print what the font of running text lacks, in order of preference, as the template reads them.
pub(crate) fn families(further: &[&str]) -> Vec<u8> {
    let all = [further, &BUILT_IN].concat();
    serde_json::to_vec(&all).expect("names can always be written")
}

fn typeset(
    world: &MemoryWorld,
    view: &View,
    day: Option<Datetime>,
    identity: &Identity,
) -> Result<Rendered, Error> {
    let document =
        typst::compile::<PagedDocument>(world).output.map_err(|errors| faults(world, &errors))?;
    let bytes = typst_pdf::pdf(&document, &options(day, identity)).map_err(|errors| {
        characters_without_font(world, view, &errors).unwrap_or_else(|| faults(world, &errors))
    })?;
    Ok(Rendered { bytes, positions: positions(&document), fonts: world.further_fonts().to_vec() })
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

/// The fault where a text has characters that no font has: Typst itself reports only the place in the template.
fn characters_without_font(
    world: &MemoryWorld,
    view: &View,
    errors: &[SourceDiagnostic],
) -> Option<Error> {
    errors.iter().find(|error| error.message.contains("could not be displayed with font"))?;
    let in_contributions = view.entries().filter_map(|entry| {
        let text = serde_json::to_string(entry).ok()?;
        Some(format!("contribution `{}` has {}", entry.anchor, world.without_font(&text)?))
    });
    let mut found: Vec<_> = in_contributions.take(MAX_NAMED).collect();
    if found.is_empty() {
        let all = world.without_font(&String::from_utf8(data(view)).ok()?)?;
        found.push(format!("the texts of the framework and the names have {all}"));
    }
    let what = found.join("; ");
    Some(Error::Content(format!(
        "{what}: no font has them; add one to the template folder or change the texts"
    )))
}

fn faults(world: &MemoryWorld, errors: &[SourceDiagnostic]) -> Error {
    Error::TemplateFaults(errors.iter().map(|error| fault(world, error)).collect())
}

/// Where it went wrong: the place itself, else the first known place that led there.
fn fault(world: &MemoryWorld, error: &SourceDiagnostic) -> TemplateFault {
    let hints = error.hints.iter().map(|hint| &hint.v);
    let message = std::iter::once(&error.message)
        .chain(hints)
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join("; ");
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

/// The pages on which the marked passages begin. A table's header comes again on each page; its first place counts.
fn positions(document: &PagedDocument) -> Vec<Position> {
    let introspector = document.introspector();
    let Some(label) = Label::new(PicoStr::intern(PASSAGE)) else { return Vec::new() };
    let position = |marked: &Content| {
        let page = introspector.page(marked.location()?)?;
        let Value::Str(passage) = &marked.to_packed::<MetadataElem>()?.value else { return None };
        Some(Position { passage: passage.to_string(), page: u32::try_from(page.get()).ok()? })
    };
    let marked = introspector.query(&Selector::Label(label));
    let mut seen = HashSet::new();
    let is_first = |position: &Position| seen.insert(position.passage.clone());
    marked.iter().filter_map(position).filter(is_first).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use typst::layout::{Frame, FrameItem};

    use super::*;

    /// A document with one picture; further arguments stand where `ALT` is.
    const PICTURE: &str = r#"
#set document(title: "A", date: auto)
#set text(lang: "nl")
= A
#figure(image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>")ALT), caption: [A])
"#;

    /// A document with one figure, its image made with these further arguments.
    fn picture(arguments: &str) -> (MemoryWorld, PagedDocument) {
        let mut files = Template::builtin().files().clone();
        files.insert(Template::MAIN.to_owned(), PICTURE.replace("ALT", arguments).into_bytes());
        let world =
            MemoryWorld::new(&Template::from_files(files), &fonts(), Vec::new(), None).unwrap();
        let document = typst::compile::<PagedDocument>(&world).output.unwrap();
        (world, document)
    }

    /// Those built in alone.
    pub(crate) fn fonts() -> Fonts {
        Fonts::new(fonts::Config { folders: Vec::new() }, None)
    }

    fn identity() -> Identity {
        Identity {
            name: "plan/2021/1".to_owned(),
            number: 1,
            date: "2022-01-01".to_owned(),
            manifest_hash: "0".to_owned(),
        }
    }

    fn new_year() -> Option<Datetime> {
        day(jiff::civil::date(2022, 1, 1))
    }

    /// The file when the export itself looks at no profile.
    fn unchecked(document: &PagedDocument) -> Vec<u8> {
        let standards = PdfStandards::new(&[PdfStandard::V_1_7]).unwrap();
        typst_pdf::pdf(document, &PdfOptions { standards, ..options(new_year(), &identity()) })
            .unwrap()
    }

    /// The rules of a profile that page-validation finds broken; `None` where there is no Python with it.
    fn broken(file: &[u8], profile: &str) -> Option<String> {
        const SCRIPT: &str =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scripts/pdf_profiles.py");
        let python = testkit::python("page")?;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, file).unwrap();
        let mut command = std::process::Command::new(python);
        let run = command.arg(SCRIPT).arg(&path).arg(profile).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Some(String::from_utf8(run.stdout).unwrap().trim().to_owned())
    }

    #[test]
    fn a_figure_without_alternative_text_is_refused_with_its_place() {
        let (world, document) = picture("");
        let errors = typst_pdf::pdf(&document, &options(new_year(), &identity())).unwrap_err();
        let Error::TemplateFaults(found) = faults(&world, &errors) else { panic!() };
        assert_eq!((found[0].file.as_str(), found[0].line), ("report.typ", 5), "{found:?}");
        assert!(found[0].message.contains("missing alt text"), "{found:?}");
        let (_, document) = picture(", alt: \"A\"");
        typst_pdf::pdf(&document, &options(new_year(), &identity())).unwrap();
    }

    #[test]
    fn a_figure_without_alternative_text_is_found_by_the_second_check() {
        let check = |arguments| broken(&unchecked(&picture(arguments).1), "ua1");
        let Some(without) = check("") else { return };
        let with = check(", alt: \"A\"").unwrap();
        // The file breaks other rules as well, since it names no profile; the picture is all that differs.
        let rule = "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001";
        assert!(without.contains(rule) && !with.contains(rule), "{without}\n{with}");
    }

    #[test]
    fn the_sample_passes_both_profiles() {
        let edition = edition::data::Edition::from(&edition::Report::sample());
        let template = Template::builtin();
        let file =
            crate::render::render(&template, &fonts(), &edition, model::Format::Pdf, "nl").unwrap();
        for profile in ["2a", "ua1"] {
            let Some(found) = broken(&file.bytes, profile) else { return };
            assert_eq!(found, "", "{profile}");
        }
    }

    /// What stands in the file for a reader, without white space and places to break at.
    pub(crate) fn shown(template: &Template, view: &View, identity: &Identity) -> String {
        let day = identity.date.parse::<Date>().ok().and_then(day);
        let world = MemoryWorld::new(template, &fonts(), data(view), day).unwrap();
        let document = typst::compile::<PagedDocument>(&world).output.unwrap();
        let mut text = String::new();
        document.pages().iter().for_each(|page| collect(&page.frame, &mut text));
        text
    }

    fn collect(frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => collect(&group.frame, text),
                FrameItem::Text(run) => text.push_str(&run.text),
                _ => {}
            }
        }
    }
}
