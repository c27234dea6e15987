//! What indicators were and became in other versions of their frameworks.
//!
//! Invariant: versions are joined by ids and declared links alone, never by a code.

use std::collections::BTreeMap;

use model::{Framework, LinkKind, Relative, relatives};
use serde::{Deserialize, Serialize};
use wire::v1 as pb;

/// Indicators and what they are in other versions, by framework.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lineages(BTreeMap<String, Vec<Link>>);

/// An indicator of one version, as an indicator of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Code of the one.
    pub(crate) asked: String,
    /// The other, as documents have it.
    pub(crate) place: String,
    /// Code of the other.
    pub(crate) code: String,
    /// Each link between them that is not `same`, as the wire has it.
    pub(crate) kinds: Vec<i32>,
}

/// An indicator of a version of a framework, as documents have it.
pub(crate) fn place(framework: &str, version: u32, code: &str) -> String {
    format!("{framework}@{version}/{code}")
}

impl Lineages {
    /// Replaces what is known of a framework, of which these are all versions in order.
    pub(crate) fn set(&mut self, framework: &str, versions: &[Framework]) {
        let mut links = Vec::new();
        for version in versions {
            let codes = version.goals.iter().flat_map(|goal| &goal.indicators);
            for asked in codes.map(|indicator| indicator.code.as_str()) {
                let others = versions.iter().filter(|other| other.version != version.version);
                links.extend(others.flat_map(|other| of_version(versions, version, other, asked)));
            }
        }
        links.sort();
        links.dedup();
        self.0.insert(framework.to_owned(), links);
    }

    /// What indicators with these codes are in other versions.
    pub(crate) fn of(&self, codes: &[String]) -> Vec<Link> {
        let links = self.0.values().flatten();
        links.filter(|link| codes.contains(&link.asked)).cloned().collect()
    }
}

/// What an indicator of one version is in another, where it has another code there or is not the same.
fn of_version(
    versions: &[Framework],
    one: &Framework,
    other: &Framework,
    asked: &str,
) -> Vec<Link> {
    let found = relatives(versions, one.version, other.version, asked).into_iter();
    let links = found.map(|Relative { code, kinds }| Link {
        asked: asked.to_owned(),
        place: place(other.code.as_str(), other.version, &code),
        kinds: kinds
            .into_iter()
            .filter(|kind| *kind != LinkKind::Same)
            .map(|kind| pb::LinkKind::from(kind).into())
            .collect(),
        code,
    });
    links.filter(|link| link.code != link.asked || !link.kinds.is_empty()).collect()
}
