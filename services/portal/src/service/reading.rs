//! Editions that were read, kept for the next reader.
//!
//! An edition never changes, so neither does its text in a language: both are made once. Invariant: at most
//! [`MAX_KEPT`] editions are kept; the one that was asked for longest ago goes first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use messages::Language;

use crate::{Error, service::edition::Edition};

/// Editions that are kept.
const MAX_KEPT: usize = 16;

/// An edition that was read, with its text in the languages of the pages.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The edition.
    pub edition: Edition,
    dutch: OnceLock<String>,
    english: OnceLock<String>,
}

impl Reading {
    /// Reads a data file; `what` names it in errors.
    pub(crate) fn of(bytes: &[u8], what: &str) -> Result<Self, Error> {
        Ok(Self {
            edition: Edition::read(bytes, what)?,
            dutch: OnceLock::new(),
            english: OnceLock::new(),
        })
    }

    /// The text in a language, written by `write` the first time.
    pub(crate) fn text(&self, language: Language, write: impl FnOnce(&Edition) -> String) -> &str {
        let kept = match language {
            Language::Dutch => &self.dutch,
            Language::English => &self.english,
        };
        kept.get_or_init(|| write(&self.edition))
    }
}

/// The editions that are kept, by the hash of their data file.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    readings: HashMap<String, (u64, Arc<Reading>)>,
    asked: u64,
}

impl Shelf {
    pub(crate) fn take(&self, sha256: &str) -> Option<Arc<Reading>> {
        let mut kept = self.kept();
        kept.asked += 1;
        let now = kept.asked;
        kept.readings.get_mut(sha256).map(|(asked, reading)| {
            *asked = now;
            reading.clone()
        })
    }

    pub(crate) fn put(&self, sha256: &str, reading: &Arc<Reading>) {
        let mut kept = self.kept();
        kept.asked += 1;
        let now = kept.asked;
        kept.readings.insert(sha256.to_owned(), (now, reading.clone()));
        if MAX_KEPT < kept.readings.len() {
            let oldest = kept
                .readings
                .iter()
                .min_by_key(|(_, (asked, _))| *asked)
                .map(|(sha256, _)| sha256.clone());
            oldest.and_then(|oldest| kept.readings.remove(&oldest));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Arc<Reading> {
        let edition = r#"{"format":"voortgang-edition/1","cycle":{"from":"","until":""},"organisations":[],"matrix":[],"contributions":[],
            "abbreviations":[],"framework":{"code":"a","version":1,"title":{},"language":"nl","pillars":[],"goals":[]}}"#;
        Arc::new(Reading::of(edition.as_bytes(), "a.json").unwrap())
    }

    #[test]
    fn the_edition_asked_for_longest_ago_goes_first() {
        let shelf = Shelf::default();
        for number in 0..MAX_KEPT {
            shelf.put(&number.to_string(), &reading());
        }
        assert!(shelf.take("0").is_some());
        shelf.put("new", &reading());
        assert!(shelf.take("0").is_some() && shelf.take("new").is_some());
        assert!(shelf.take("1").is_none());
        assert_eq!(shelf.kept().readings.len(), MAX_KEPT);
    }

    #[test]
    fn a_text_is_written_once_in_each_language() {
        let reading = reading();
        assert_eq!(reading.text(Language::Dutch, |_| "een".into()), "een");
        assert_eq!(reading.text(Language::Dutch, |_| "twee".into()), "een");
        assert_eq!(reading.text(Language::English, |_| "one".into()), "one");
    }
}
