//! Which messages are under way. Known in memory only: after a restart, none is.

use std::{
    collections::{BTreeSet, HashSet},
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The messages under way, by id.
#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<HashSet<i64>>);

/// Messages just claimed. Dropping this releases all but those that were kept.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    claims: &'a Claims,
    ids: BTreeSet<i64>,
    first: i64,
    last: i64,
}

impl Claims {
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Claims the first of these that are not claimed yet, up to a number; none when all are claimed.
    pub(crate) fn claim(&self, ids: &[i64], at_most: usize) -> Option<Claim<'_>> {
        let mut claimed = self.lock();
        let ids: BTreeSet<i64> =
            ids.iter().copied().filter(|id| claimed.insert(*id)).take(at_most).collect();
        let (first, last) = (*ids.first()?, *ids.last()?);
        Some(Claim { claims: self, ids, first, last })
    }

    pub(crate) fn give_back(&self, ids: impl IntoIterator<Item = i64>) {
        let mut claimed = self.lock();
        for id in ids {
            claimed.remove(&id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim<'_> {
    pub(crate) fn span(&self) -> RangeInclusive<i64> {
        self.first..=self.last
    }

    pub(crate) fn holds(&self, id: i64) -> bool {
        self.ids.contains(&id)
    }

    /// Keeps these claimed, and releases the others.
    pub(crate) fn keep(mut self, ids: &[i64]) {
        for id in ids {
            self.ids.remove(id);
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.claims.give_back(std::mem::take(&mut self.ids));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_claimed_is_claimed_once_and_in_order() {
        let claims = Claims::default();
        claims.claim(&[2], 9).unwrap().keep(&[2]);
        let claim = claims.claim(&[1, 2, 3, 4], 2).unwrap();
        assert_eq!((claim.holds(1), claim.holds(2), claim.span()), (true, false, 1..=3));
        assert!(claims.claim(&[1, 2, 3], 9).is_none());
        assert_eq!(claims.count(), 3);
    }

    #[test]
    fn a_dropped_claim_is_given_back_save_what_was_kept() {
        let claims = Claims::default();
        drop(claims.claim(&[1, 2], 9));
        assert_eq!(claims.count(), 0);
        claims.claim(&[1, 2], 9).unwrap().keep(&[2]);
        assert!(claims.claim(&[1, 2], 9).unwrap().holds(1));
        claims.give_back([2]);
        assert_eq!(claims.count(), 0);
    }
}
