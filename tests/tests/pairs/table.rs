//! Tables of yes and no, and their judge.

use std::collections::{BTreeMap, BTreeSet};

/// Whether somebody is let in somewhere.
pub(crate) type Table = BTreeMap<(String, String), bool>;

/// Cells that say yes.
pub(crate) fn yes(table: &Table) -> usize {
    table.values().filter(|is_yes| **is_yes).count()
}

/// Fails where the tables differ; and where the judge would not have seen it of any one cell.
#[track_caller]
pub(crate) fn assert_same(expected: &Table, found: &Table) {
    let told = differences(expected, found);
    assert!(told.is_empty(), "{} of {} cells:\n{}", told.len(), found.len(), told.join("\n"));
    for cell in expected.keys() {
        let mut wrong = expected.clone();
        *wrong.get_mut(cell).unwrap() ^= true;
        let told = differences(&wrong, found);
        assert!(told.len() == 1 && told[0].starts_with(&name(cell)), "{cell:?}: {told:?}");
    }
}

/// The cells that are in one table alone, or not the same in both.
pub(crate) fn differences(expected: &Table, found: &Table) -> Vec<String> {
    let cells: BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    let differing = cells.into_iter().filter(|cell| expected.get(*cell) != found.get(*cell));
    differing
        .map(|cell| {
            let (expected, found) = (expected.get(cell), found.get(cell));
            format!("{}: {found:?}, not {expected:?}", name(cell))
        })
        .collect()
}

fn name((who, place): &(String, String)) -> String {
    format!("{who} at {place}")
}
