//! A tree of hashes over the contributions of an edition (RFC 9162, section 2.1.1): one line says whether two have the same.
//!
//! Invariant: the root depends on which contributions there are with which content, and not on their order.

use crate::{Contribution, ContributionKind, EditionName, Hash};

/// What something is in a tree: its name, such as `<edition>/<organisation>/<public id>` of a contribution, with its hash.
pub fn merkle_leaf(name: &str, hash: &str) -> String {
    format!("{name} {hash}")
}

/// The root of the tree over leaves, in the order of their bytes.
pub fn merkle_root(leaves: impl IntoIterator<Item = String>) -> Hash {
    let mut leaves: Vec<String> = leaves.into_iter().collect();
    leaves.sort();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| prefixed(0, &[leaf.as_bytes()])).collect();
    root(&hashes)
}

/// The root of the tree over the contributions of an edition; a cell that was left open is none.
pub fn content_root(edition: &EditionName, contributions: &[Contribution]) -> Hash {
    let reported =
        contributions.iter().filter(|one| one.content.kind != ContributionKind::Unanswered);
    merkle_root(reported.map(|one| {
        let name = format!("{edition}/{}/{}", one.organisation, one.public_id());
        merkle_leaf(&name, &one.content_hash.to_string())
    }))
}

/// Recursion is as deep as the logarithm of their number.
fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::of(b""),
        [only] => *only,
        several => {
            let largest = several.len().next_power_of_two() / 2;
            let (left, right) = several.split_at(largest);
            prefixed(1, &[&root(left).0, &root(right).0])
        }
    }
}

/// A leaf and a node never have the same hash.
fn prefixed(prefix: u8, parts: &[&[u8]]) -> Hash {
    Hash::of(&[&[prefix], parts.concat().as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(leaves: &[&str]) -> String {
        merkle_root(leaves.iter().map(|leaf| (*leaf).to_owned())).to_string()
    }

    /// The first two are of the test vectors of certificate transparency.
    #[test]
    fn the_root_is_that_of_the_standard() {
        assert_eq!(of(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(of(&[""]), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        let [a, b, c] = ["a", "b", "c"].map(|leaf| prefixed(0, &[leaf.as_bytes()]));
        let left = prefixed(1, &[&a.0, &b.0]);
        assert_eq!(of(&["a", "b", "c"]), prefixed(1, &[&left.0, &c.0]).to_string());
    }

    #[test]
    fn the_order_does_not_matter_and_all_else_does() {
        assert_eq!(of(&["b", "a", "c"]), of(&["a", "c", "b"]));
        for other in [&["a", "b"][..], &["a", "b", "c", "c"], &["a", "b", "d"], &["ab", "c"]] {
            assert_ne!(of(&["a", "b", "c"]), of(other));
        }
    }
}
