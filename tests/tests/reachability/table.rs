//! Tables of yes and no, and their comparison.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Whether somebody is let in somewhere.
pub(crate) type Table = BTreeMap<(String, String), bool>;

/// Rows of the table in a section of docs/ACCESS.md, each with its cells.
pub(crate) fn documented(section: &str) -> Vec<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ACCESS.md");
    let text = fs::read_to_string(file).unwrap();
    let start = format!("\n## {section}\n");
    let (_, section) = text.split_once(&start).expect("there is such a section");
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'));
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What a cell has between backquotes.
pub(crate) fn quoted(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

/// Cells that say yes.
pub(crate) fn yes(table: &Table) -> usize {
    table.values().filter(|is_yes| **is_yes).count()
}

/// Fails where the tables differ; and where the comparison would not have seen it in any one cell.
#[track_caller]
pub(crate) fn assert_same(expected: &Table, found: &Table) {
    let wrong_cells = differences(expected, found);
    assert!(
        wrong_cells.is_empty(),
        "{} of {} cells:\n{}",
        wrong_cells.len(),
        found.len(),
        wrong_cells.join("\n")
    );
    for cell in expected.keys() {
        let mut wrong = expected.clone();
        *wrong.get_mut(cell).unwrap() ^= true;
        let wrong_cells = differences(&wrong, found);
        assert!(
            wrong_cells.len() == 1 && wrong_cells[0].starts_with(&name(cell)),
            "{cell:?}: {wrong_cells:?}"
        );
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
