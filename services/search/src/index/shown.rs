//! What readers see of the state of a generation besides its documents.

use std::{collections::BTreeMap, sync::Arc};

use crate::index::{
    concepts::Concepts,
    lineage::Lineages,
    payload::{Editions, Labels},
    question::{Question, Scope},
};

/// The state as readers see it: that of the last commit, without waiting for one that is under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// Epoch of the record that positions belong to.
    pub(crate) epoch: String,
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// How many positions above it are applied.
    pub(crate) ahead: usize,
    /// The highest of them, or the watermark where there is none.
    pub(crate) highest: u64,
    pub(crate) editions: Editions,
    pub(crate) concepts: BTreeMap<String, Arc<Concepts>>,
    pub(crate) lineages: Lineages,
    pub(crate) published_labels: Labels,
    pub(crate) working_labels: Labels,
}

impl Shown {
    /// Returns the names of the editions that a question searches; none where it searches unpublished text.
    pub(crate) fn editions(&self, question: &Question) -> Option<Vec<String>> {
        match (question.scope, &question.edition) {
            (Scope::Working, _) => None,
            (Scope::Published, Some(edition)) => Some(vec![edition.to_string()]),
            (Scope::Published, None) => Some(self.editions.current(question.as_of)),
        }
    }

    /// Terms that stand for one another: those of the program, and abbreviations that the public editions explain which the
    /// question searches, or which are current beside unpublished text.
    pub(crate) fn concepts(&self, question: &Question) -> impl Iterator<Item = &Concepts> {
        let editions = self.editions(question).unwrap_or_else(|| self.editions.current(None));
        let of_editions = editions.into_iter().filter_map(|edition| self.concepts.get(&edition));
        [Concepts::built_in()].into_iter().chain(of_editions.map(|concepts| &**concepts))
    }

    /// How far the index of a scope is. That of what is public does not reveal how many changes are not.
    pub(crate) fn position(&self, scope: Scope) -> u64 {
        match scope {
            Scope::Published => self.editions.position(),
            Scope::Working => self.watermark,
        }
    }

    /// Names to show for facet values.
    pub(crate) fn labels(&self, scope: Scope) -> &Labels {
        match scope {
            Scope::Published => &self.published_labels,
            Scope::Working => &self.working_labels,
        }
    }
}
