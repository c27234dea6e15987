//! The connections that are open on a port, in bounds: in all, and of one address.
//!
//! Invariant: accepting never waits. Where a bound is reached, the connection that has been idle longest makes room; where
//! every connection has a request under way, the new one is closed.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

/// How many connections may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionBounds {
    /// In all.
    pub all: usize,
    /// From one address (IPv4), or one network of 64 bits (IPv6).
    pub per_address: usize,
}

impl ConnectionBounds {
    /// For a port that only services of the installation reach.
    pub const PEERS: Self = Self { all: 4096, per_address: 4096 };
}

/// The connections that are open on a port.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    bounds: ConnectionBounds,
    slots: Arc<Mutex<Slots>>,
}

#[derive(Debug, Default)]
struct Slots {
    open: BTreeMap<u64, Arc<State>>,
    next: u64,
}

/// The slot of an open connection. It is free again when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Slot(Arc<Held>);

#[derive(Debug)]
struct Held {
    number: u64,
    state: Arc<State>,
    slots: Arc<Mutex<Slots>>,
}

#[derive(Debug)]
struct State {
    network: IpAddr,
    /// Requests under way.
    busy: AtomicUsize,
    /// Requests so far.
    requests: AtomicUsize,
    /// When it became idle, in the order of such events.
    idle_since: AtomicU64,
    evicted: CancellationToken,
}

/// A request under way.
#[derive(Debug)]
pub struct Busy(Slot);

/// Orders the moments at which connections became idle.
static MOMENTS: AtomicU64 = AtomicU64::new(0);

fn moment() -> u64 {
    MOMENTS.fetch_add(1, Ordering::Relaxed)
}

impl Connections {
    pub(crate) fn new(bounds: ConnectionBounds) -> Self {
        Self { bounds, slots: Arc::default() }
    }

    /// A slot for a connection from this address; none where all are busy.
    pub(crate) fn slot(&self, address: IpAddr) -> Option<Slot> {
        let network = network(address);
        let mut slots = lock(&self.slots);
        let of_network = |state: &State| state.network == network;
        let is_full =
            slots.open.values().filter(|s| of_network(s)).count() >= self.bounds.per_address;
        if is_full {
            slots.evict_idle(of_network)?;
        } else if slots.open.len() >= self.bounds.all {
            slots.evict_idle(|_| true)?;
        }
        let (number, state) = slots.open(network);
        Some(Slot(Arc::new(Held { number, state, slots: self.slots.clone() })))
    }
}

impl Slots {
    fn open(&mut self, network: IpAddr) -> (u64, Arc<State>) {
        let state = Arc::new(State {
            network,
            busy: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            idle_since: AtomicU64::new(moment()),
            evicted: CancellationToken::new(),
        });
        self.next += 1;
        self.open.insert(self.next, state.clone());
        (self.next, state)
    }

    /// Closes the connection that has been idle longest of those that may go; none where all are busy.
    fn evict_idle(&mut self, may_go: impl Fn(&State) -> bool) -> Option<()> {
        let idle = self
            .open
            .iter()
            .filter(|(_, state)| may_go(state) && state.busy.load(Ordering::Relaxed) == 0);
        let longest = idle.min_by_key(|(_, state)| state.idle_since.load(Ordering::Relaxed));
        let number = *longest?.0;
        self.open.remove(&number)?.evicted.cancel();
        Some(())
    }
}

impl Slot {
    /// Begins a request. The connection is not idle until the returned value is dropped.
    #[must_use]
    pub fn begin(&self) -> Busy {
        self.0.state.busy.fetch_add(1, Ordering::Relaxed);
        self.0.state.requests.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// The address of the other end; of an IPv6 address its network.
    pub(crate) fn network(&self) -> IpAddr {
        self.0.state.network
    }

    /// Whether there has been a request.
    pub(crate) fn was_used(&self) -> bool {
        self.0.state.requests.load(Ordering::Relaxed) != 0
    }

    /// Cancelled once the connection has to make room for another.
    pub(crate) fn evicted(&self) -> CancellationToken {
        self.0.state.evicted.clone()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let state = &self.0.0.state;
        state.idle_since.store(moment(), Ordering::Relaxed);
        state.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.slots).open.remove(&self.number);
    }
}

fn lock(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    // Each change is one step, so it stays good when a holder panics.
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever has one IPv6 address has all of its network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: ConnectionBounds = ConnectionBounds { all: 4, per_address: 2 };

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn is_open(slot: &Slot) -> bool {
        !slot.evicted().is_cancelled()
    }

    #[test]
    fn the_connection_that_was_idle_longest_makes_room() {
        let connections = Connections::new(BOUNDS);
        let slot = |text| connections.slot(address(text));
        let first = slot("10.0.0.1").unwrap();
        let second = slot("10.0.0.1").unwrap();
        drop(first.begin());
        let third = slot("10.0.0.1").unwrap();
        assert!(is_open(&first) && !is_open(&second) && is_open(&third));
    }

    #[test]
    fn an_address_that_is_full_costs_no_other_address_a_connection() {
        let connections = Connections::new(BOUNDS);
        let other = connections.slot(address("10.0.0.2")).unwrap();
        let flood: Vec<_> = (0..100).map(|_| connections.slot(address("10.0.0.1"))).collect();
        assert_eq!(flood.iter().flatten().filter(|slot| is_open(slot)).count(), 2);
        assert!(is_open(&other));
    }

    #[test]
    fn busy_connections_stay_and_the_new_one_is_closed() {
        let connections = Connections::new(BOUNDS);
        let slots: Vec<_> =
            (1..=4).map(|n| connections.slot(address(&format!("10.0.0.{n}"))).unwrap()).collect();
        let busy: Vec<_> = slots.iter().map(Slot::begin).collect();
        assert!(connections.slot(address("10.0.0.9")).is_none());
        drop(busy);
        assert!(connections.slot(address("10.0.0.9")).is_some());
        assert!(!is_open(&slots[0]));
    }

    #[test]
    fn a_closed_connection_gives_back_its_slot() {
        let connections = Connections::new(BOUNDS);
        for _ in 0..100 {
            let slot = connections.slot(address("10.0.0.1")).unwrap();
            let _busy = slot.begin();
        }
        assert!(lock(&connections.slots).open.is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let connections = Connections::new(BOUNDS);
        let one = connections.slot(address("2001:db8::1")).unwrap();
        let two = connections.slot(address("2001:db8::2")).unwrap();
        let three = connections.slot(address("2001:db8::3")).unwrap();
        assert!(!is_open(&one) && is_open(&two) && is_open(&three));
        assert_eq!(network(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }
}
