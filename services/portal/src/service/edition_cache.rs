//! Editions that were read, kept for the next reader.
//!
//! An edition never changes, so neither does its view in a language: both are made once, and pages are written from it. Invariant: at most
//! [`MAX_EDITIONS`] editions are kept; the one that was asked for longest ago goes first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use edition::{
    View,
    data::{Edition, Unreadable},
};
use messages::{Language, Messages};

use crate::Error;

/// Editions that are entries.
const MAX_EDITIONS: usize = 16;

/// An edition that was read, with its view in each language.
#[derive(Debug)]
pub(crate) struct CachedEdition {
    edition: Edition,
    dutch: OnceLock<View>,
    english: OnceLock<View>,
}

impl CachedEdition {
    /// Reads a data file; `what` names it in errors.
    pub(crate) fn of(bytes: &[u8], what: &str) -> Result<Self, Error> {
        let what = || what.to_owned();
        let edition = Edition::read(bytes).map_err(|error| match error {
            Unreadable::Json(source) => Error::Unreadable { what: what(), source },
            Unreadable::Format(format) => Error::Format { what: what(), format },
        })?;
        Ok(Self { edition, dutch: OnceLock::new(), english: OnceLock::new() })
    }

    /// The edition itself.
    pub(crate) fn data(&self) -> &Edition {
        &self.edition
    }

    /// The view in a language, laid out the first time: that is work, to be done aside.
    pub(crate) fn view(&self, language: Language) -> &View {
        let view = match language {
            Language::Dutch => &self.dutch,
            Language::English => &self.english,
        };
        view.get_or_init(|| View::of(&self.edition, language.tag(), Messages::of(language)))
    }
}

/// The editions that are kept, by the hash of their data file.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    editions: HashMap<String, (u64, Arc<CachedEdition>)>,
    asked: u64,
}

impl Cache {
    pub(crate) fn get(&self, sha256: &str) -> Option<Arc<CachedEdition>> {
        let mut entries = self.entries();
        entries.asked += 1;
        let now = entries.asked;
        entries.editions.get_mut(sha256).map(|(asked, cached)| {
            *asked = now;
            cached.clone()
        })
    }

    pub(crate) fn put(&self, sha256: &str, cached: &Arc<CachedEdition>) {
        let mut entries = self.entries();
        entries.asked += 1;
        let now = entries.asked;
        entries.editions.insert(sha256.to_owned(), (now, cached.clone()));
        if entries.editions.len() > MAX_EDITIONS {
            let oldest = entries
                .editions
                .iter()
                .min_by_key(|(_, (asked, _))| *asked)
                .map(|(sha256, _)| sha256.clone());
            oldest.and_then(|oldest| entries.editions.remove(&oldest));
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cached() -> Arc<CachedEdition> {
        let edition = r#"{"format":"voortgang-edition/1","edition":{"name":"a/1/1","number":1,"date":"","manifest_hash":""},
            "cycle":{"name":"a/1","label":"1","from":"","until":""},"organisations":[],"matrix":[],"contributions":[],
            "abbreviations":[],"framework":{"code":"a","version":1,"title":{},"language":"nl","from":1,"until":2,"pillars":[],"goals":[]}}"#;
        Arc::new(CachedEdition::of(edition.as_bytes(), "a.json").unwrap())
    }

    #[test]
    fn the_edition_asked_for_longest_ago_goes_first() {
        let cache = Cache::default();
        for number in 0..MAX_EDITIONS {
            cache.put(&number.to_string(), &cached());
        }
        assert!(cache.get("0").is_some());
        cache.put("new", &cached());
        assert!(cache.get("0").is_some() && cache.get("new").is_some());
        assert!(cache.get("1").is_none());
        assert_eq!(cache.entries().editions.len(), MAX_EDITIONS);
    }

    #[test]
    fn a_view_is_laid_out_once_in_each_language() {
        let cached = cached();
        let (dutch, english) = (cached.view(Language::Dutch), cached.view(Language::English));
        assert!(std::ptr::eq(dutch, cached.view(Language::Dutch)));
        assert_eq!((dutch.language.as_str(), english.language.as_str()), ("nl", "en"));
    }
}
