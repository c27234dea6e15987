//! The bytes that are hashed and signed, as `docs/AUDIT.md` has them.

use std::io::Write as _;

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

use crate::{Checkpoint, Entry};

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// Chain hash of an entry after the one with the hash `before`; the first comes after the empty text.
/// `buffer` is there so that a million entries need one.
pub(crate) fn chain_hash(before: &str, entry: &Entry<'_>, buffer: &mut Vec<u8>) -> Hash {
    buffer.clear();
    let (mut position, mut time) = ([0; 24], [0; 24]);
    let position = number(&mut position, entry.position);
    let time = number(&mut time, entry.time_millis);
    let texts = [
        &entry.actor,
        &entry.origin,
        &entry.action,
        &entry.object,
        &entry.result,
        &entry.payload_hash,
    ];
    let rows = Some(entry.rows.as_bytes()).filter(|rows| !rows.is_empty());
    let fields = [before.as_bytes(), position, time].into_iter();
    for field in fields.chain(texts.map(|text| text.as_bytes())).chain(rows) {
        // A vector takes all that is written to it.
        let _ = write!(buffer, "{} ", field.len());
        buffer.extend_from_slice(field);
        buffer.push(b'\n');
    }
    let hash = digest(&SHA256, buffer);
    hash.as_ref().try_into().expect("a SHA-256 has 32 bytes")
}

/// What is signed of a checkpoint.
pub(crate) fn checkpoint(checkpoint: &Checkpoint<'_>) -> Vec<u8> {
    let Checkpoint { position, chain_hash, time_millis, cause, key: _, signature: _ } = checkpoint;
    format!("voortgang-checkpoint-v1\n{position}\n{chain_hash}\n{time_millis}\n{cause}\n")
        .into_bytes()
}

/// A hash as it is written.
pub(crate) fn hexadecimal(hash: &[u8]) -> String {
    HEXLOWER.encode(hash)
}

fn number(place: &mut [u8; 24], number: impl std::fmt::Display) -> &[u8] {
    let mut rest = place.as_mut_slice();
    // A number of 64 bits has up to 20 digits.
    let _ = write!(rest, "{number}");
    let left = rest.len();
    &place[..24 - left]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `docs/AUDIT.md`; storage is held to the same.
    #[test]
    fn the_canonical_forms_are_those_of_the_document() {
        let document = include_str!("../../../docs/AUDIT.md");
        let entry = Entry {
            position: 1,
            time_millis: 1_636_448_400_123,
            actor: "local-operator".into(),
            origin: "grpc".into(),
            action: "cycle.open".into(),
            object: "plan/2021".into(),
            result: "done".into(),
            payload_hash: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9".into(),
            rows: "".into(),
            chain_hash: "".into(),
        };
        let mut buffer = Vec::new();
        let first = hexadecimal(&chain_hash("", &entry, &mut buffer));
        assert!(document.contains(std::str::from_utf8(&buffer).unwrap()), "the first form");
        assert!(document.contains(&first), "{first}");
        let second = Entry { position: 2, object: "plän/2021".into(), ..entry.clone() };
        let second = hexadecimal(&chain_hash(&first, &second, &mut buffer));
        assert!(document.contains(&second), "{second}");
        let rows = format!("cycle plan/2021 {}\n", entry.payload_hash).into();
        let third = Entry { position: 3, rows, ..entry };
        let third = hexadecimal(&chain_hash(&second, &third, &mut buffer));
        assert!(document.contains(&third), "{third}");
    }
}
