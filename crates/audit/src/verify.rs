//! Walks the export once: entries against the chain and rows against entries, then checkpoints and anchors against the entries.
//!
//! It keeps 32 bytes for each entry, since checkpoints may stand on any of them.

use std::{
    collections::BTreeSet,
    io::{self, BufRead},
};

use crate::{
    Anchor, Checkpoint, Entry, Finding, Line, PublicKey, Reason, Report,
    canonical::{self, Hash, hexadecimal},
    rows::Rows,
};

/// Verifies an export. Errors are those of reading it; all that is wrong with the log itself is in the report.
pub fn verify(
    mut export: impl BufRead,
    keys: &[PublicKey],
    anchors: &[Anchor],
) -> io::Result<Report> {
    let mut log = Log::default();
    let mut line = String::new();
    let mut finding = None;
    while finding.is_none() {
        line.clear();
        match export.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => finding = log.take(&line).err(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                finding = Some(log.due(Reason::NotReadable, "the line is no text"));
            }
            Err(error) => return Err(error),
        }
    }
    let mut report = Report {
        entries: log.hashes.len() as u64,
        checkpoints: log.checkpoints.len() as u64,
        anchors: anchors.len() as u64,
        rows: 0,
        anchored_until: 0,
        head: log.head.clone(),
        finding,
    };
    if report.finding.is_none() {
        let (anchored_until, finding) = log.hold_against(keys, anchors);
        let (rows, of_rows) = log.rows.finish();
        // What entries say of rows holds only where the entries do.
        let finding = finding.or(of_rows);
        report = Report { rows, anchored_until, finding, ..report };
    }
    Ok(report)
}

/// What was read so far and holds.
#[derive(Default)]
struct Log {
    /// Chain hash of each entry.
    hashes: Vec<Hash>,
    /// The last of them as it is written.
    head: String,
    checkpoints: Vec<Checkpoint<'static>>,
    rows: Rows,
    buffer: Vec<u8>,
}

impl Log {
    fn take(&mut self, line: &str) -> Result<(), Finding> {
        match serde_json::from_str(line) {
            Ok(Line::Entry(entry)) => self.entry(&entry),
            Ok(Line::Checkpoint(checkpoint)) => {
                self.checkpoints.push(checkpoint.into_owned());
                Ok(())
            }
            Ok(Line::Row(row)) => {
                self.rows.row(&row);
                Ok(())
            }
            Ok(Line::Names(names)) => {
                self.rows.names(names);
                Ok(())
            }
            Err(error) => {
                Err(self.due(Reason::NotReadable, format!("the line is no entry: {error}")))
            }
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Finding> {
        let due = self.hashes.len() as u64 + 1;
        if entry.position != due {
            let message = format!("position {} stands where {due} is due", entry.position);
            return Err(self.due(Reason::PositionGap, message));
        }
        let hash = canonical::chain_hash(&self.head, entry, &mut self.buffer);
        let written = hexadecimal(&hash);
        if written != entry.chain_hash {
            let message =
                format!("its chain hash is {}, and what it says gives {written}", entry.chain_hash);
            return Err(self.due(Reason::ChainBroken, message));
        }
        self.head = written;
        self.hashes.push(hash);
        self.rows.entry(entry);
        Ok(())
    }

    /// A finding about the entry that is due.
    fn due(&self, reason: Reason, message: impl Into<String>) -> Finding {
        Finding { position: self.hashes.len() as u64 + 1, reason, message: message.into() }
    }

    /// Returns the highest position that is anchored below the first finding, and that finding.
    fn hold_against(&self, keys: &[PublicKey], anchors: &[Anchor]) -> (u64, Option<Finding>) {
        let known: BTreeSet<(u64, &str)> =
            self.checkpoints.iter().map(|known| (known.position, &*known.chain_hash)).collect();
        let last = self.checkpoints.last().map_or(0, |last| last.position);
        let mut sound = BTreeSet::new();
        let mut findings = Vec::new();
        let in_export =
            self.checkpoints.iter().map(|checkpoint| ("the log's checkpoint", checkpoint, true));
        let kept = anchors.iter().filter_map(|anchor| {
            let checkpoint = anchor.checkpoint.as_ref()?;
            // A checkpoint made after the export began is in no export, and an anchor of it is still sound.
            let is_known = checkpoint.position > last
                || known.contains(&(checkpoint.position, &*checkpoint.chain_hash));
            Some((anchor.file.as_str(), checkpoint, is_known))
        });
        for (name, checkpoint, is_known) in in_export.chain(kept) {
            match self.check(name, checkpoint, is_known, keys) {
                Ok(()) => drop(sound.insert(checkpoint.position)),
                Err(finding) => findings.push(finding),
            }
        }
        let unreadable = anchors.iter().filter(|anchor| anchor.checkpoint.is_none());
        findings.extend(unreadable.map(|Anchor { file, .. }| Finding {
            position: 1,
            reason: Reason::NotReadable,
            message: format!("`{file}` is no anchor"),
        }));
        let first = findings.into_iter().min_by_key(|finding| (finding.position, finding.reason));
        let limit = first.as_ref().map_or(u64::MAX, |finding| finding.position);
        (sound.range(..limit).next_back().copied().unwrap_or(0), first)
    }

    fn check(
        &self,
        name: &str,
        checkpoint: &Checkpoint<'_>,
        is_known: bool,
        keys: &[PublicKey],
    ) -> Result<(), Finding> {
        let Checkpoint { position, chain_hash, .. } = checkpoint;
        let wrong = |position, reason, message| Err(Finding { position, reason, message });
        let Some(key) = keys.iter().find(|key| key.id() == checkpoint.key) else {
            let message =
                format!("{name} is signed by key {}, which was not given", checkpoint.key);
            return wrong(*position, Reason::UnknownKey, message);
        };
        if !key.has_signed(checkpoint) {
            let message = format!("{name} is not signed by key {}", checkpoint.key);
            return wrong(*position, Reason::SignatureInvalid, message);
        }
        let entries = self.hashes.len() as u64;
        let index = usize::try_from(position.wrapping_sub(1)).unwrap_or(usize::MAX);
        let Some(hash) = self.hashes.get(index) else {
            let message =
                format!("{name} stands on entry {position}, and the log ends at {entries}");
            return wrong(entries + 1, Reason::Truncated, message);
        };
        if hexadecimal(hash) != *chain_hash {
            let message = format!("{name} signed another: this one or one before it was rewritten");
            return wrong(*position, Reason::Rewritten, message);
        }
        if !is_known {
            let message = format!("{name} is not among the log's checkpoints");
            return wrong(*position, Reason::CheckpointMissing, message);
        }
        Ok(())
    }
}
