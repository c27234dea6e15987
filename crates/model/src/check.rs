//! Rules for frameworks and contributions. Each check reports every fault, not the first.

mod content;
mod cycle;
mod figures;
mod findings;
mod framework;
mod limits;
mod links;
mod years;

pub use content::{content, partners};
pub use cycle::{CycleFinding, cycle};
pub use framework::framework;
pub use limits::{MAX_LIST, MAX_TEXT_BYTES, limits};
pub use links::{links, unlinked};
pub use years::years;

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    /// The reasons that a source file has: texts in upper snake case.
    fn reasons(source: &str) -> impl Iterator<Item = &str> {
        let is_reason = |text: &&str| {
            let of_reason =
                |sign: char| sign.is_ascii_uppercase() || sign == '_' || sign.is_ascii_digit();
            text.contains('_') && text.chars().all(of_reason)
        };
        source.split('"').filter(is_reason)
    }

    #[test]
    fn every_finding_is_documented() {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/file-formats.md");
        let document = std::fs::read_to_string(document).unwrap();
        let sources = [
            include_str!("check/content.rs"),
            include_str!("check/cycle.rs"),
            include_str!("check/figures.rs"),
            include_str!("check/findings.rs"),
            include_str!("check/limits.rs"),
            include_str!("check/years.rs"),
        ];
        let found: BTreeSet<&str> = sources.into_iter().flat_map(reasons).collect();
        assert!(found.len() > 25, "{found:?}");
        for reason in found {
            assert!(document.contains(&format!("`{reason}`")), "{reason} is not documented");
        }
    }
}
