//! References: what they are called and where they lead.

use serde::Serialize;

use crate::{
    Text, data,
    data::{Contribution, ReferenceKind},
    view::layout::{Layout, anchor},
};

/// A reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    /// What it is, in words.
    pub kind: String,
    /// What is shown.
    pub text: Text,
    /// Address on the web; empty where there is none.
    pub url: String,
    /// Anchor in this edition; empty where it leads elsewhere.
    pub anchor: String,
}

impl Layout<'_> {
    pub(crate) fn reference(
        self,
        data::Reference { kind, as_written, target, url }: &data::Reference,
        from: &Contribution,
        language: &str,
    ) -> Reference {
        let id = match kind {
            ReferenceKind::Contribution => "edition-reference-contribution",
            ReferenceKind::ParliamentaryPaper => "edition-reference-parliamentary-paper",
            ReferenceKind::Law => "edition-reference-law",
            ReferenceKind::Document => "edition-reference-document",
            ReferenceKind::Web => "edition-reference-web",
            ReferenceKind::Other => "edition-reference-other",
        };
        let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
        let is_inside = *kind == ReferenceKind::Contribution && !is_web;
        let shown = if as_written.is_empty() { target } else { as_written };
        Reference {
            kind: self.label(id),
            text: self.text(shown, language),
            url: if is_web { url.clone() } else { String::new() },
            anchor: if is_inside { self.inside(target, from) } else { String::new() },
        }
    }

    /// The anchor of the contribution that `target` names: in full, or by its id within the same organisation.
    fn inside(self, target: &str, from: &Contribution) -> String {
        let is_here = |candidate: &String| {
            let mut all = self.edition.contributions.iter();
            all.any(|contribution| {
                anchor(&contribution.organisation, &contribution.id) == *candidate
            })
        };
        let candidates = [target.to_owned(), anchor(&from.organisation, target)];
        candidates.into_iter().find(is_here).unwrap_or_default()
    }
}
