//! Editions and files as pages name them.

use edition::Text;
use messages::{Language, Messages};
use model::Format;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    pages::request_context::RequestContext,
    service::catalogue::{Artefact, Cycle, Edition, Withdrawn},
};

/// What is written with a percent sign in a segment: more than RFC 3986 asks, so that no segment leaves its place.
const NOT_IN_SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file to download.
#[derive(Debug)]
pub(crate) struct FileLink {
    pub address: String,
    pub format: String,
    pub media_type: String,
    pub language: String,
    pub size: String,
}

/// An edition in a list.
#[derive(Debug)]
pub(crate) struct EditionLink {
    pub address: String,
    pub name: String,
    pub date: String,
    pub iso_date: String,
    pub contributions: String,
    pub is_current: bool,
    pub files: Vec<FileLink>,
}

/// A withdrawn edition in a list.
#[derive(Debug)]
pub(crate) struct WithdrawnLink {
    pub address: String,
    pub name: String,
    pub date: String,
    pub iso_date: String,
}

/// A cycle in a list.
#[derive(Debug)]
pub(crate) struct CycleLink {
    pub address: String,
    pub title: Text,
    pub period: String,
    pub edition: Option<EditionLink>,
}

/// A goal, an indicator or an organisation in a list.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub address: String,
    pub code: String,
    pub name: Text,
}

/// The address of a page of a plan: of an organisation, a goal or an indicator.
pub(crate) fn address(plan: &str, kind: &str, code: &str, context: &RequestContext) -> String {
    context.link(&format!("/{}/{kind}/{}", segment(plan), segment(code)))
}

impl FileLink {
    pub(crate) fn of(file: &Artefact, context: &RequestContext) -> Self {
        let messages = context.messages();
        Self {
            address: format!("/bestanden/{}/{}", segment(&file.sha256), segment(&file.file_name)),
            format: format_name(&file.format, messages),
            media_type: file.media_type.clone(),
            language: match Language::from_tag(&file.language) {
                Some(Language::Dutch) => messages.text("portal-dutch").into_owned(),
                Some(Language::English) => messages.text("portal-english").into_owned(),
                None => file.language.clone(),
            },
            size: context.messages().size(file.size),
        }
    }

    pub(crate) fn all(edition: &Edition, context: &RequestContext) -> Vec<Self> {
        edition.artefacts.iter().map(|file| Self::of(file, context)).collect()
    }
}

impl EditionLink {
    pub(crate) fn of(cycle: &Cycle, edition: &Edition, context: &RequestContext) -> Self {
        Self {
            address: context.link(&format!("/{}", edition.name)),
            name: context.edition(edition.number),
            date: context.messages().date_or_text(&edition.date),
            iso_date: edition.date.clone(),
            contributions: context
                .messages()
                .with("shared-contributions", &[("count", edition.contributions.into())]),
            is_current: cycle.current().is_some_and(|current| current.number == edition.number),
            files: FileLink::all(edition, context),
        }
    }
}

impl WithdrawnLink {
    pub(crate) fn of(withdrawn: &Withdrawn, context: &RequestContext) -> Self {
        Self {
            address: context.link(&format!("/{}", withdrawn.name)),
            name: context.edition(withdrawn.number),
            date: context.messages().date_or_text(&withdrawn.withdrawn_on),
            iso_date: withdrawn.withdrawn_on.clone(),
        }
    }
}

impl CycleLink {
    pub(crate) fn of(cycle: &Cycle, context: &RequestContext) -> Self {
        Self {
            address: context.link(&format!("/{}", cycle.name)),
            title: context.choose(&cycle.title, &cycle.language),
            period: context.messages().period(&cycle.from, &cycle.until),
            edition: cycle.current().map(|edition| EditionLink::of(cycle, edition, context)),
        }
    }
}

/// What a format is called; one of a later version by its name.
fn format_name(name: &str, messages: &Messages) -> String {
    match Format::from_name(name) {
        Some(Format::Csv) => messages.text("portal-format-csv").into_owned(),
        Some(Format::Xlsx) => messages.text("portal-format-xlsx").into_owned(),
        Some(Format::Markdown) => messages.text("portal-format-markdown").into_owned(),
        Some(Format::Docx) => messages.text("portal-format-docx").into_owned(),
        Some(Format::Odt) => messages.text("portal-format-odt").into_owned(),
        Some(Format::Pdf | Format::Html | Format::Json | Format::Epub) | None => {
            name.to_uppercase()
        }
    }
}

/// The name of an organisation in the language of the page where the cycle has one, else as it is printed.
pub(crate) fn name_of(cycle: &Cycle, code: &str, printed: &Text, context: &RequestContext) -> Text {
    let known = cycle.organisations.iter().find(|known| known.code == code);
    let chosen = known.map(|known| context.choose(&known.name, &cycle.language));
    // One that is in another language says no more than what is printed.
    let own = chosen.filter(|name| !name.is_empty() && name.language().is_none());
    own.unwrap_or_else(|| printed.clone())
}

/// The organisations of a cycle by name; a code stands in for a name that lacks.
pub(crate) fn organisations(cycle: &Cycle, context: &RequestContext) -> Vec<Text> {
    let name = |texts, code: &String| {
        Some(context.choose(texts, &cycle.language))
            .filter(|said| !said.is_empty())
            .unwrap_or_else(|| context.text(code, ""))
    };
    cycle
        .organisations
        .iter()
        .map(|organisation| name(&organisation.name, &organisation.code))
        .collect()
}

/// A text as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("nap-2021-1.pdf"), "nap-2021-1.pdf");
        assert_eq!(segment("a b+c/../\"?#"), "a%20b%2Bc%2F..%2F%22%3F%23");
    }
}
