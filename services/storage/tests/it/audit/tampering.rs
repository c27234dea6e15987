//! Ways to tamper with a log whose last entry is anchored.

use std::fmt::Write as _;

use crate::audit::{
    Random,
    log::{CheckpointRow, Log, Row},
};

/// Tampers at random; returns the name of what was done and the log as it then is.
#[expect(clippy::too_many_lines, reason = "one arm for each way")]
pub(crate) fn tamper(original: &Log, random: &mut Random) -> (&'static str, Log) {
    let mut log = original.clone();
    let end = log.entries.len();
    let at = random.below(end);
    let kind = match random.below(12) {
        0 => edit(&mut log, at, random),
        1 => {
            let entry = &mut log.entries[at];
            entry.texts[random.below(5)].push('x');
            chain(&mut log, at);
            forget(&mut log, at);
            "an entry edited, the chain computed anew"
        }
        2 => {
            log.entries.remove(at);
            "an entry deleted"
        }
        3 => {
            log.entries.remove(at);
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            "an entry deleted, the rest moved up and chained anew"
        }
        4 => {
            let forged = forged(&log, random);
            log.entries.insert(at, forged);
            renumber(&mut log);
            "an entry inserted"
        }
        5 => {
            let forged = forged(&log, random);
            log.entries.insert(at, forged);
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            "an entry inserted, the chain computed anew"
        }
        6 => {
            log.entries.swap(at, (at + 1 + random.below(end - 1)) % end);
            renumber(&mut log);
            "two entries swapped"
        }
        7 => {
            log.entries.truncate(at);
            "the tail cut"
        }
        8 => {
            log.entries.truncate(at);
            forget(&mut log, at);
            "the tail cut, with its checkpoints"
        }
        9 => {
            log.entries.truncate(at);
            for _ in 0..=random.below(2 * (end - at) + 1) {
                let forged = forged(original, random);
                log.entries.push(forged);
            }
            renumber(&mut log);
            chain(&mut log, at);
            forget(&mut log, at);
            "the tail cut and others put there"
        }
        10 => {
            for entry in &mut log.entries {
                "somebody-else".clone_into(&mut entry.texts[0]);
            }
            chain(&mut log, 0);
            forget(&mut log, 0);
            "all rewritten"
        }
        _ => edit_checkpoint(&mut log, random),
    };
    (kind, log)
}

fn edit(log: &mut Log, at: usize, random: &mut Random) -> &'static str {
    let end = i64::try_from(log.entries.len()).unwrap();
    let entry = &mut log.entries[at];
    match random.below(9) {
        0 => {
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
    }
}

fn edit_checkpoint(log: &mut Log, random: &mut Random) -> &'static str {
    let at = random.below(log.checkpoints.len());
    let checkpoint = &mut log.checkpoints[at];
    match random.below(6) {
        0 => checkpoint.time += 1,
        1 => checkpoint.cause.push('x'),
        2 => checkpoint.chain_hash = flipped(&checkpoint.chain_hash, random),
        3 => checkpoint.key = flipped(&checkpoint.key, random),
        4 => checkpoint.signature[random.below(64)] ^= 1 << random.below(8),
        _ => {
            log.checkpoints.remove(at);
        }
    }
    "a checkpoint edited or deleted"
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
    for Row { position, time, texts, chain_hash } in &mut log.entries[from..] {
        let mut form = String::new();
        let numbers = [before, position.to_string(), time.to_string()];
        for field in numbers.iter().chain(&*texts) {
            writeln!(form, "{} {field}", field.len()).unwrap();
        }
        before = model::Hash::of(form.as_bytes()).to_string();
        chain_hash.clone_from(&before);
    }
}
