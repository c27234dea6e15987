//! Ways to tamper with a log whose last entry is anchored.

use std::fmt::Write as _;

use audit::Reason;
use signing::SigningKey;

use crate::audit::{
    Random,
    log::{CheckpointRow, Log, Row},
};

/// A log that was tampered with, and what a verifier has to say of it.
pub(crate) struct Tampered {
    /// What was done.
    pub(crate) kind: &'static str,
    /// The log as it then is.
    pub(crate) log: Log,
    /// The first bad entry, and why it is one.
    pub(crate) finding: (u64, Reason),
}

/// Tampers at random with a log whose checkpoints are all anchored, the last of them on the last entry. `forger` is a key of
/// somebody else's.
#[expect(clippy::too_many_lines, reason = "one arm for each way")]
pub(crate) fn tamper(original: &Log, forger: &SigningKey, random: &mut Random) -> Tampered {
    let mut log = original.clone();
    let end = log.entries.len();
    let at = random.below(end);
    // Positions are counted from 1.
    let first = at as u64 + 1;
    // Where the chain was computed anew nothing is wrong before the first anchor that stands on what was not so.
    let anchored = anchored(original, first);
    let (kind, finding) = match random.below(13) {
        0 => edit(&mut log, at, random),
        1 => {
            let entry = &mut log.entries[at];
            entry.texts[random.below(5)].push('x');
            chain(&mut log, at);
            forget(&mut log, at);
            ("an entry edited, the chain computed anew", (anchored, Reason::Rewritten))
        }
        2 => {
            log.entries.remove(at);
            let reason = if first == end as u64 { Reason::Truncated } else { Reason::PositionGap };
            ("an entry deleted", (first, reason))
        }
        3 => {
            log.entries.remove(at);
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            let is_last = anchored == end as u64;
            let reason = if is_last { Reason::Truncated } else { Reason::Rewritten };
            ("an entry deleted, the rest moved up and chained anew", (anchored, reason))
        }
        4 => {
            let entry = forged(&log, random);
            log.entries.insert(at, entry);
            renumber(&mut log);
            ("an entry inserted", (first, Reason::ChainBroken))
        }
        5 => {
            let entry = forged(&log, random);
            log.entries.insert(at, entry);
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            ("an entry inserted, the chain computed anew", (anchored, Reason::Rewritten))
        }
        6 => {
            let other = (at + 1 + random.below(end - 1)) % end;
            log.entries.swap(at, other);
            renumber(&mut log);
            ("two entries swapped", (at.min(other) as u64 + 1, Reason::ChainBroken))
        }
        7 => {
            log.entries.truncate(at);
            ("the tail cut", (first, Reason::Truncated))
        }
        8 => {
            log.entries.truncate(at);
            forget(&mut log, at);
            ("the tail cut, with its checkpoints", (first, Reason::Truncated))
        }
        9 => {
            log.entries.truncate(at);
            for _ in 0..=random.below(2 * (end - at) + 1) {
                let entry = forged(original, random);
                log.entries.push(entry);
            }
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            let missing = log.entries.len() as u64 + 1;
            let finding = if anchored < missing {
                (anchored, Reason::Rewritten)
            } else {
                (missing, Reason::Truncated)
            };
            ("the tail cut and others put there", finding)
        }
        10 => {
            rewrite(&mut log);
            forget(&mut log, 0);
            ("all rewritten", (self::anchored(original, 1), Reason::Rewritten))
        }
        11 => {
            rewrite(&mut log);
            let pretends = random.below(2) == 0;
            sign(&mut log, forger, pretends);
            let finding = (self::anchored(original, 1), signed_by_another(pretends));
            ("all rewritten and signed with another key", finding)
        }
        _ => edit_checkpoint(&mut log, random),
    };
    Tampered { kind, log, finding }
}

/// Rewrites every entry and computes the chain anew.
pub(crate) fn rewrite(log: &mut Log) {
    for entry in &mut log.entries {
        "somebody-else".clone_into(&mut entry.texts[0]);
    }
    chain(log, 0);
}

/// Signs every checkpoint anew, on the entries that are there now; with the id of the key that signed before where somebody
/// `pretends`.
pub(crate) fn sign(log: &mut Log, forger: &SigningKey, pretends: bool) {
    for checkpoint in &mut log.checkpoints {
        let CheckpointRow { position, chain_hash, time, cause, key, signature } = checkpoint;
        let at = usize::try_from(*position).unwrap() - 1;
        chain_hash.clone_from(&log.entries[at].chain_hash);
        if !pretends {
            forger.id().clone_into(key);
        }
        let form = format!("voortgang-checkpoint-v1\n{position}\n{chain_hash}\n{time}\n{cause}\n");
        *signature = forger.sign(form.as_bytes());
    }
}

/// What gives away a checkpoint that another key signed.
pub(crate) fn signed_by_another(pretends: bool) -> Reason {
    if pretends { Reason::SignatureInvalid } else { Reason::UnknownKey }
}

/// The first anchored position that is not before this one.
fn anchored(log: &Log, position: u64) -> u64 {
    let positions = log.checkpoints.iter().map(|row| u64::try_from(row.position).unwrap());
    positions.filter(|anchored| position <= *anchored).min().unwrap()
}

fn edit(log: &mut Log, at: usize, random: &mut Random) -> (&'static str, (u64, Reason)) {
    let end = i64::try_from(log.entries.len()).unwrap();
    let entry = &mut log.entries[at];
    let mut reason = Reason::ChainBroken;
    let kind = match random.below(9) {
        0 => {
            // The export is in order of position: it is missed where it stood.
            reason = Reason::PositionGap;
            entry.position = end + 1 + i64::try_from(random.below(9)).unwrap();
            "a position edited"
        }
        1 => {
            entry.time += 1;
            "a time edited"
        }
        2 => {
            entry.chain_hash = flipped(&entry.chain_hash, random);
            "a chain hash edited"
        }
        3 => {
            entry.texts[5] = flipped(&entry.texts[5], random);
            "a payload hash edited"
        }
        text => {
            entry.texts[text - 4] = format!("forged-{}", random.next());
            "a text edited"
        }
    };
    (kind, (at as u64 + 1, reason))
}

fn edit_checkpoint(log: &mut Log, random: &mut Random) -> (&'static str, (u64, Reason)) {
    let (last, fault) = (log.checkpoints.len() - 1, random.below(6));
    // Storage would sign the last entry again, and nothing were missing.
    let at = if fault == 0 { random.below(last) } else { random.below(last + 1) };
    let position = u64::try_from(log.checkpoints[at].position).unwrap();
    let checkpoint = &mut log.checkpoints[at];
    let mut reason = Reason::SignatureInvalid;
    match fault {
        0 => {
            log.checkpoints.remove(at);
            return ("a checkpoint deleted", (position, Reason::CheckpointMissing));
        }
        1 => checkpoint.time += 1,
        2 => checkpoint.cause.push('x'),
        3 => checkpoint.chain_hash = flipped(&checkpoint.chain_hash, random),
        4 => checkpoint.signature[random.below(64)] ^= 1 << random.below(8),
        _ => {
            checkpoint.key = flipped(&checkpoint.key, random);
            reason = Reason::UnknownKey;
        }
    }
    ("a checkpoint edited", (position, reason))
}

/// The text with one sign changed.
fn flipped(text: &str, random: &mut Random) -> String {
    let at = random.below(text.len());
    let other = if &text[at..=at] == "0" { "1" } else { "0" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

fn forged(log: &Log, random: &mut Random) -> Row {
    let mut row = log.entries[random.below(log.entries.len())].clone();
    row.texts[3] = format!("forged-{}", random.next());
    row
}

fn renumber(log: &mut Log) {
    for (position, entry) in (1..).zip(&mut log.entries) {
        entry.position = position;
    }
}

/// Removes the checkpoints that would give it away.
fn forget(log: &mut Log, kept: usize) {
    let kept = i64::try_from(kept).unwrap();
    log.checkpoints.retain(|CheckpointRow { position, .. }| *position <= kept);
}

/// Computes the chain anew from an entry on.
fn chain(log: &mut Log, from: usize) {
    let mut before = match from {
        0 => String::new(),
        from => log.entries[from - 1].chain_hash.clone(),
    };
    for Row { position, time, texts, rows, chain_hash, .. } in &mut log.entries[from..] {
        let mut form = String::new();
        let numbers = [before, position.to_string(), time.to_string()];
        let rows = Some(&*rows).filter(|rows| !rows.is_empty());
        for field in numbers.iter().chain(&*texts).chain(rows) {
            writeln!(form, "{} {field}", field.len()).unwrap();
        }
        before = model::Hash::of(form.as_bytes()).to_string();
        chain_hash.clone_from(&before);
    }
}
