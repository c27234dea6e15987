//! Holds the rows of the record against the entries that name them.
//!
//! It keeps 16 bytes for each row, since any may be without an entry. A row whose salt is gone is taken for erased only if an
//! entry says that its object was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ring::digest::{SHA256, digest};

use crate::{Entry, Finding, Reason, Row};

/// The beginning of the SHA-256 of a name.
type Name = [u8; 16];

/// What was read so far.
#[derive(Default)]
pub(crate) struct Rows {
    /// Rows of the last entry that are still to come: name and hash.
    due: HashMap<String, String>,
    /// Position and object of the last entry.
    last: (u64, String),
    /// Rows that an entry names.
    named: HashSet<Name>,
    /// Rows that are there and that no entry has named so far.
    unnamed: BTreeMap<Name, String>,
    /// Objects with a row whose salt is gone, each with its first entry and that row.
    erased: BTreeMap<String, (u64, String)>,
    /// Objects that were erased.
    erasures: BTreeSet<String>,
    /// How many rows are as written.
    sound: u64,
    first: Option<Finding>,
}

impl Rows {
    /// Takes an entry; its rows follow.
    pub(crate) fn entry(&mut self, entry: &Entry<'_>) {
        self.settle();
        self.last = (entry.position, entry.object.clone().into_owned());
        for (name, hash) in entry.rows.lines().filter_map(|line| line.rsplit_once(' ')) {
            self.due.insert(name.to_owned(), hash.to_owned());
            let name = short(name);
            self.unnamed.remove(&name);
            self.named.insert(name);
        }
        if entry.action.ends_with(".erase") {
            self.erasures.insert(entry.object.clone().into_owned());
        }
    }

    /// Takes a row of the last entry.
    pub(crate) fn row(&mut self, row: &Row<'_>) {
        let Row { position, name, hash } = row;
        let Some(written) = self.due.remove(&**name).filter(|_| *position == self.last.0) else {
            let message = format!("`{name}` stands below it, and it does not name that row");
            return self.find(Reason::NotReadable, message);
        };
        if hash.is_empty() {
            self.erased.entry(self.last.1.clone()).or_insert((*position, name.to_string()));
        } else if *hash == written {
            self.sound += 1;
        } else {
            let message = format!(
                "`{name}` is not what was written: its hash is {hash}, and the entry has {written}"
            );
            self.find(Reason::RowAltered, message);
        }
    }

    /// Takes names of rows that are there.
    pub(crate) fn names(&mut self, names: Vec<String>) {
        for name in names {
            let short = short(&name);
            if !self.named.contains(&short) {
                self.unnamed.insert(short, name);
            }
        }
    }

    /// How many rows are as an entry has them, and the first thing that is wrong.
    pub(crate) fn finish(mut self) -> (u64, Option<Finding>) {
        self.settle();
        let erasures = &self.erasures;
        let unexplained = self.erased.into_iter().filter(|(object, _)| !erasures.contains(object));
        let findings = unexplained.map(|(object, (position, name))| Finding {
            position,
            reason: Reason::RowAltered,
            message: format!(
                "the salt of `{name}` is gone, and no entry says that `{object}` was erased"
            ),
        });
        let first = findings.chain(self.first).min_by_key(|finding| finding.position);
        let unnamed = self.unnamed.into_values().min().map(|name| Finding {
            position: self.last.0,
            reason: Reason::RowUnrecorded,
            message: format!("up to here no entry has `{name}`, which is in the record"),
        });
        (self.sound, first.or(unnamed))
    }

    /// What the last entry names and did not follow is gone.
    fn settle(&mut self) {
        if let Some(name) = self.due.drain().map(|(name, _)| name).min() {
            self.find(Reason::RowMissing, format!("`{name}` was written and is not in the record"));
        }
    }

    fn find(&mut self, reason: Reason, message: String) {
        let (position, _) = self.last;
        self.first.get_or_insert(Finding { position, reason, message });
    }
}

fn short(name: &str) -> Name {
    let hash = digest(&SHA256, name.as_bytes());
    hash.as_ref()[..16].try_into().expect("a SHA-256 has 32 bytes")
}
