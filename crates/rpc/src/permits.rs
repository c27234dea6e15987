//! Permits for calls: so many in all, so many for one caller, and a share that callers without credentials never take.
//!
//! Invariant: who gets no permit is refused at once, not kept waiting; a permit is given back when it is dropped.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::Extensions;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{CallerId, Peer};

/// Delay that a refused caller is given.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Calls at the same time, at most, whatever connections they come on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallBounds {
    /// In all. Callers without credentials get half of them at most.
    pub all: usize,
    /// Of one caller; without credentials, of one address.
    pub per_caller: usize,
}

/// Whom a call counts for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// Without credentials: the address.
    Anybody(IpAddr),
    /// With credentials.
    Known(CallerId),
}

impl Caller {
    /// Of a call that a guard let through.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        let known = extensions.get::<CallerId>().cloned().map(Self::Known);
        let slot = extensions.get::<Peer>().and_then(|peer| peer.slot.as_ref());
        let address = || slot.map_or(Ipv4Addr::UNSPECIFIED.into(), crate::Slot::network);
        known.unwrap_or_else(|| Self::Anybody(address()))
    }

    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }
}

/// Permits for calls.
#[derive(Debug, Clone)]
pub(crate) struct Permits {
    bounds: CallBounds,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    anonymous: usize,
    by_caller: HashMap<Caller, usize>,
}

/// The permit of a call.
#[derive(Debug)]
pub(crate) struct Permit {
    caller: Caller,
    taken: Arc<Mutex<Taken>>,
}

impl Permits {
    pub(crate) fn new(bounds: CallBounds) -> Self {
        Self { bounds, taken: Arc::default() }
    }

    /// Gives a permit.
    pub(crate) fn acquire(&self, caller: &Caller) -> Result<Permit, Status> {
        let CallBounds { all, per_caller } = self.bounds;
        let mut taken = lock(&self.taken);
        if taken.by_caller.get(caller).copied().unwrap_or(0) >= per_caller {
            return Err(full(&format!("{per_caller} of one caller")));
        }
        let is_anonymous = !caller.is_known();
        if is_anonymous && all / 2 <= taken.anonymous {
            return Err(full(&format!("{} without credentials", all / 2)));
        }
        if all <= taken.all {
            return Err(full(&format!("{all} in all")));
        }
        taken.all += 1;
        taken.anonymous += usize::from(is_anonymous);
        *taken.by_caller.entry(caller.clone()).or_default() += 1;
        Ok(Permit { caller: caller.clone(), taken: self.taken.clone() })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        taken.anonymous -= usize::from(!self.caller.is_known());
        if let Some(count) = taken.by_caller.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                taken.by_caller.remove(&self.caller);
            }
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    // Nothing in a change can panic, so it stays good.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

fn full(limit: &str) -> Status {
    let mut details = ErrorDetails::with_error_info("TOO_MANY_CALLS", "voortgang", HashMap::new());
    details.set_retry_info(Some(RETRY_DELAY));
    let message = format!("too many calls at the same time: {limit}; try again in a moment");
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits() -> Permits {
        Permits::new(CallBounds { all: 8, per_caller: 3 })
    }

    fn anybody(address: u8) -> Caller {
        Caller::Anybody([10, 0, 0, address].into())
    }

    fn known(name: &str) -> Caller {
        Caller::Known(CallerId::from(name.to_owned()))
    }

    fn take(permits: &Permits, caller: &Caller, times: usize) -> Vec<Permit> {
        (0..times).filter_map(|_| permits.acquire(caller).ok()).collect()
    }

    #[test]
    fn one_caller_takes_its_places_and_no_more() {
        let permits = permits();
        let taken = take(&permits, &known("a"), 10);
        assert_eq!(taken.len(), 3);
        let refused = permits.acquire(&known("a")).unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted);
        assert_eq!(crate::reason(&refused).as_deref(), Some("TOO_MANY_CALLS"));
        assert!(refused.get_details_retry_info().is_some());
        assert_eq!(take(&permits, &known("b"), 10).len(), 3);
        drop(taken);
        assert_eq!(take(&permits, &known("a"), 10).len(), 3);
    }

    #[test]
    fn whoever_signed_in_has_a_share_that_nobody_else_takes() {
        let permits = permits();
        let flood: Vec<_> =
            (1..=9).flat_map(|address| take(&permits, &anybody(address), 9)).collect();
        assert_eq!(flood.len(), 4);
        let signed_in: Vec<_> =
            ["a", "b"].iter().flat_map(|name| take(&permits, &known(name), 2)).collect();
        assert_eq!(signed_in.len(), 4);
        assert!(permits.acquire(&known("c")).is_err());
    }

    #[test]
    fn nothing_is_remembered_of_callers_that_left() {
        let permits = permits();
        drop(take(&permits, &anybody(1), 3));
        let taken = lock(&permits.taken);
        assert_eq!((taken.all, taken.anonymous, taken.by_caller.len()), (0, 0, 0));
    }
}
