//! Editions and files as pages name them.

use crate::{
    language::{Language, Said},
    pages::visit::Visit,
    printing,
    service::catalogue::{Artefact, Cycle, Edition, Withdrawn},
};

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
    pub number: u32,
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
    pub number: u32,
    pub date: String,
    pub iso_date: String,
}

/// A cycle in a list.
#[derive(Debug)]
pub(crate) struct CycleLink {
    pub address: String,
    pub title: Said,
    pub period: String,
    pub edition: Option<EditionLink>,
    pub organisations: Vec<Said>,
}

impl FileLink {
    pub(crate) fn of(file: &Artefact, visit: &Visit) -> Self {
        let words = visit.words();
        Self {
            address: format!("/bestanden/{}/{}", segment(&file.sha256), segment(&file.file_name)),
            format: file.format.to_uppercase(),
            media_type: file.media_type.clone(),
            language: match Language::of_tag(&file.language) {
                Some(Language::Dutch) => words.dutch.to_owned(),
                Some(Language::English) => words.english.to_owned(),
                None => file.language.clone(),
            },
            size: printing::size(file.size, visit.language),
        }
    }

    pub(crate) fn all(edition: &Edition, visit: &Visit) -> Vec<Self> {
        edition.artefacts.iter().map(|file| Self::of(file, visit)).collect()
    }
}

impl EditionLink {
    pub(crate) fn of(cycle: &Cycle, edition: &Edition, visit: &Visit) -> Self {
        let noun = if edition.contributions == 1 {
            visit.words().one_contribution
        } else {
            visit.words().contributions
        };
        Self {
            address: visit.link(&format!("/{}", edition.name)),
            number: edition.number,
            date: printing::date(&edition.date, visit.language),
            iso_date: edition.date.clone(),
            contributions: format!(
                "{} {noun}",
                printing::count(edition.contributions.into(), visit.language)
            ),
            is_current: cycle.current().is_some_and(|current| current.number == edition.number),
            files: FileLink::all(edition, visit),
        }
    }
}

impl WithdrawnLink {
    pub(crate) fn of(withdrawn: &Withdrawn, visit: &Visit) -> Self {
        Self {
            address: visit.link(&format!("/{}", withdrawn.name)),
            number: withdrawn.number,
            date: printing::date(&withdrawn.day, visit.language),
            iso_date: withdrawn.day.clone(),
        }
    }
}

impl CycleLink {
    pub(crate) fn of(cycle: &Cycle, visit: &Visit) -> Self {
        Self {
            address: visit.link(&format!("/{}", cycle.name)),
            title: visit.language.pick(&cycle.title, &cycle.language),
            period: printing::period(&cycle.from, &cycle.until, visit.language),
            edition: cycle.current().map(|edition| EditionLink::of(cycle, edition, visit)),
            organisations: organisations(cycle, visit),
        }
    }
}

/// The organisations of a cycle by name; a code stands in for a name that lacks.
pub(crate) fn organisations(cycle: &Cycle, visit: &Visit) -> Vec<Said> {
    let name = |texts, code: &String| {
        Some(visit.language.pick(texts, &cycle.language))
            .filter(|said| !said.is_empty())
            .unwrap_or_else(|| visit.language.said(code, ""))
    };
    cycle
        .organisations
        .iter()
        .map(|organisation| name(&organisation.name, &organisation.code))
        .collect()
}

/// A text as one segment of a path.
fn segment(text: &str) -> String {
    // What a form writes as `+` is a plus sign in a path.
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
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
