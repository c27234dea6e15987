//! One replica that stands still, or is cut off, does not stop the others; and none is missed while it is started anew.
//!
//! The gate has a fault of each kind. `VOORTGANG_FAULTS` sets how many there are, in turn, and `VOORTGANG_SEED` which replica
//! has each. For each the longest time without an acknowledged submission is printed.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use end_to_end::{
    Split,
    load::{QUIET, Submissions, Verdict, next_random, number, prepare},
    program_without_durability,
};
use testkit::Proxy;
use tokio::runtime::Runtime;
use wire::Service;

/// What is promised to those who submit while one replica stands still.
const MAX_PAUSE: Duration = Duration::from_secs(15);
/// How long a fault lasts: longer than what is promised.
const LASTING: Duration = Duration::from_secs(20);
/// Pause of a client after each submission.
const PAUSE: Duration = Duration::from_millis(50);
/// The same for a server that all replicas need: no submission is acknowledged while PostgreSQL is away.
const SERVER_LASTING: Duration = Duration::from_secs(5);

/// What becomes of a replica or a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Freeze(&'static str),
    Kill(&'static str),
    Restart(&'static str),
    FreezeServer(&'static str),
    KillServer(&'static str),
    /// The network between the first replica of storage and PostgreSQL.
    CutFromDatabase,
    /// The network between the first replica of storage and RabbitMQ.
    CutFromBroker,
    /// The network between the first replica of ingest and the first of storage.
    CutBetweenServices,
}

/// In turn, so that the first few are of different kinds.
const FAULTS: [Fault; 20] = [
    Fault::Freeze("storage"),
    Fault::CutFromDatabase,
    Fault::Freeze("ingest"),
    Fault::Restart("storage"),
    Fault::CutBetweenServices,
    Fault::Freeze("portal"),
    Fault::FreezeServer("rabbitmq"),
    Fault::Restart("ingest"),
    Fault::Kill("storage"),
    Fault::CutFromBroker,
    Fault::Freeze("search"),
    Fault::Freeze("rendering"),
    Fault::Kill("ingest"),
    Fault::Restart("portal"),
    Fault::KillServer("postgres"),
    Fault::Kill("portal"),
    Fault::KillServer("rabbitmq"),
    Fault::Restart("search"),
    Fault::FreezeServer("postgres"),
    Fault::Restart("rendering"),
];

/// The network that faults cut.
struct Network {
    /// Runs the proxies.
    _runtime: Runtime,
    database: Proxy,
    broker: Proxy,
    storage: Proxy,
}

impl Network {
    /// Puts proxies into the ways of the first replicas of storage and ingest.
    fn between(split: &Split) -> Self {
        let runtime = Runtime::new().unwrap();
        let proxy = |port: &str| {
            let address = format!("127.0.0.1:{port}").parse().unwrap();
            let proxy = runtime.block_on(Proxy::to(address));
            (format!(":{port}"), format!(":{}", proxy.port()), proxy)
        };
        let (from, to, database) = proxy(port(&split.address_of("POSTGRES")));
        split.reconfigure(Service::Storage, 1, &from, &to);
        let (from, to, broker) = proxy(port(&split.address_of("RABBITMQ")));
        split.reconfigure(Service::Storage, 1, &from, &to);
        let (from, to, storage) = proxy(port(&split.addresses(Service::Storage)[0]));
        split.reconfigure(Service::Ingest, 1, &from, &to);
        split.wait_until_ready();
        Self { _runtime: runtime, database, broker, storage }
    }

    fn cut(proxy: &Proxy) {
        proxy.cut();
        sleep(LASTING);
        proxy.heal();
    }
}

fn port(address: &str) -> &str {
    let (_, rest) = address.rsplit_once(':').unwrap();
    rest.split('/').next().unwrap()
}

impl Fault {
    /// Makes it happen, and ends it.
    fn run(self, split: &Split, network: &Network, random: &mut usize) {
        let mut replica = |service| format!("{service}-{}", 1 + next_random(random) % 2);
        match self {
            Self::Freeze("storage") => freeze_with_the_scope(split, &replica("storage"), LASTING),
            Self::Freeze(service) => {
                let replica = replica(service);
                split.signal(&replica, "STOP");
                sleep(LASTING);
                split.signal(&replica, "CONT");
            }
            Self::Kill(service) => split.kill_replicas(&[&replica(service)]),
            Self::Restart(service) => split.restart(&replica(service)),
            Self::FreezeServer(name) => {
                split.signal_server(name, "STOP");
                sleep(SERVER_LASTING);
                split.signal_server(name, "CONT");
            }
            Self::KillServer(name) => split.kill_server(name),
            Self::CutFromDatabase => Network::cut(&network.database),
            Self::CutFromBroker => Network::cut(&network.broker),
            Self::CutBetweenServices => Network::cut(&network.storage),
        }
    }

    /// Whether a replica that can submit is left meanwhile.
    fn leaves_a_replica(self) -> bool {
        match self {
            Self::FreezeServer(name) | Self::KillServer(name) => name == "rabbitmq",
            Self::Freeze(_)
            | Self::Kill(_)
            | Self::Restart(_)
            | Self::CutFromDatabase
            | Self::CutFromBroker
            | Self::CutBetweenServices => true,
        }
    }
}

/// Freezes a replica of storage while it holds the scope in which all submissions are written, and nothing that ends by itself.
fn freeze_with_the_scope(split: &Split, replica: &str, lasting: Duration) {
    let held = |scope: &str| {
        format!(
            "SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted \
             AND state = 'idle in transaction' AND state_change < now() - interval '200 ms' \
             AND (classid::bigint << 32 | objid::bigint) = hashtextextended('{scope}', 0)"
        )
    };
    let deadline = Instant::now() + Duration::from_mins(5);
    loop {
        split.signal(replica, "STOP");
        sleep(Duration::from_millis(300));
        let is_held = |scope| split.query(&held(scope)) != "0";
        if is_held("contributions of proefplan/2021/alfa") && !is_held("order") {
            break;
        }
        split.signal(replica, "CONT");
        assert!(Instant::now() < deadline, "{replica} never holds the scope");
        sleep(Duration::from_millis(70));
    }
    sleep(lasting);
    split.signal(replica, "CONT");
}

/// Makes a fault happen; returns the longest time without an acknowledgement, once all is well again.
fn longest_pause(
    fault: Fault,
    split: &Split,
    network: &Network,
    running: &Submissions,
    random: &mut usize,
) -> Duration {
    running.longest_pause();
    fault.run(split, network, random);
    running.wait_for_more(1);
    let (pause, again) = running.longest_pause();
    let seconds = pause.as_secs_f64();
    eprintln!("{fault:?}: longest pause {seconds:.1} s, {again} calls made again");
    split.wait_until_healed();
    pause
}

/// Submissions that are under way.
fn load(split: &Split, folder: &Path) -> Submissions {
    prepare(|arguments| split.cli(arguments), folder);
    let running = Submissions::start_until_stopped(&split.gateways(), 100, PAUSE);
    running.wait_for(100);
    running
}

#[test]
fn one_replica_that_stands_still_does_not_stop_the_others() {
    let (faults, seed) = (number("VOORTGANG_FAULTS", 5), number("VOORTGANG_SEED", 1));
    eprintln!("{faults} faults, seed {seed}");
    let mut random = seed;
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &[]);
    let network = Network::between(&split);
    let running = load(&split, folder.path());
    for fault in FAULTS.into_iter().cycle().take(faults) {
        let pause = longest_pause(fault, &split, &network, &running, &mut random);
        if pause >= MAX_PAUSE && fault.leaves_a_replica() {
            // The machine may have stood still itself, which it does not do twice; a replica that others wait for stops them
            // each time.
            let pause = longest_pause(fault, &split, &network, &running, &mut random);
            assert!(pause < MAX_PAUSE, "{fault:?}: {pause:?} without an acknowledgement");
        }
    }
    running.stop();
    let verdict = running.verdict(&split.grpc, QUIET);
    let expected =
        Verdict { lost_in_storage: 0, lost_in_index: 0, doubled: 0, editions: 1, publications: 1 };
    assert_eq!(verdict, expected);
}

#[test]
fn without_limits_one_replica_that_stands_still_stops_the_others() {
    let program = program_without_durability().display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &[("VOORTGANG_BINARY", &program)]);
    let mut running = load(&split, folder.path());
    running.longest_pause();
    freeze_with_the_scope(&split, "storage-1", LASTING);
    running.wait_for_more(1);
    let (pause, _) = running.longest_pause();
    eprintln!("without limits: longest pause {:.1} s", pause.as_secs_f64());
    assert!(pause > MAX_PAUSE, "submissions went on: {pause:?}");
    running.stop();
    running.finish();
}
