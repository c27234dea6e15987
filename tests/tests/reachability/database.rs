//! Who knows the database and who is connected to it.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use end_to_end::{Split, sockets};
use wire::Service;

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Settings that hold or name a secret, and the services that have them.
const SECRETS: [(&str, &[Service]); 3] = [
    ("database", &[Service::Storage]),
    // Of the bus.
    ("address", &[Service::Storage, Service::Search, Service::Rendering]),
    // It signs tokens.
    ("local_key", &[Service::Portal]),
];

/// No other service knows where the database is, by its configuration or its environment.
pub(crate) fn is_known_to_storage_alone(split: &Split) {
    for (service, replica) in replicas() {
        for (setting, services) in SECRETS {
            let is_told = split.setting(service, replica, setting).is_some();
            assert_eq!(is_told, services.contains(&service), "`{setting}` of {service}-{replica}");
        }
        let environment = format!("/proc/{}/environ", split.pid(service, replica));
        let environment = fs::read(environment).unwrap();
        let environment = String::from_utf8_lossy(&environment).into_owned();
        assert!(
            !environment.contains("VOORTGANG__STORAGE__"),
            "{service}-{replica}: {environment}"
        );
        let configuration = split.configuration(service, replica);
        assert_eq!(
            configuration.contains("postgres://"),
            service == Service::Storage,
            "{service}-{replica}"
        );
    }
}

/// Every connection to the database is of a process of storage, both replicas have some, and any other is seen.
pub(crate) fn is_reached_by_storage_alone(split: &Split) {
    let deadline = Instant::now() + TIMEOUT;
    // A connection that storage has closed may not have ended on the server yet; somebody else's stays.
    let of_storage = loop {
        let Connections { of_storage, strangers } = Connections::to_database_of(split);
        if strangers.is_empty() && of_storage.iter().all(|count| 0 < *count) {
            break of_storage;
        }
        assert!(Instant::now() < deadline, "{of_storage:?}, and of somebody else {strangers:?}");
        std::thread::sleep(Duration::from_millis(100));
    };
    eprintln!("{of_storage:?} connections of storage's replicas to the database, of others none");

    let _stranger = Stranger::connect(&database(split));
    let deadline = Instant::now() + TIMEOUT;
    while Connections::to_database_of(split).strangers.is_empty() {
        assert!(Instant::now() < deadline, "a connection of somebody else is not seen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Storage's user may nothing beyond its database, and no other user gets into that.
pub(crate) fn is_closed_to_other_users(split: &Split) {
    let superuser = split.address_of("POSTGRES");
    let rights = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls \
                  FROM pg_roles WHERE rolname = 'voortgang'";
    assert_eq!(psql(&superuser, rights).unwrap(), "f");
    psql(&superuser, "CREATE ROLE portal LOGIN PASSWORD 'portal'").unwrap();
    let storage = database(split);
    let drafts = "SELECT count(*) FROM contributions";
    psql(&storage, drafts).unwrap();
    let refused = psql(&storage.replace("voortgang:voortgang@", "portal:portal@"), drafts);
    let output = refused.expect_err("another user reads drafts");
    assert!(output.contains("permission denied for database"), "{output}");
}

fn replicas() -> impl Iterator<Item = (Service, usize)> {
    Service::ALL.into_iter().flat_map(|service| (1..=2).map(move |replica| (service, replica)))
}

fn database(split: &Split) -> String {
    split.setting(Service::Storage, 1, "database").unwrap().trim_matches('"').to_owned()
}

/// Runs a statement; returns what it answers, or why it is refused.
fn psql(address: &str, statement: &str) -> Result<String, String> {
    let arguments = ["--no-psqlrc", "--tuples-only", "--no-align", "--command", statement];
    let output = Command::new("psql").arg(address).args(arguments).output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// The connections to the database of a deployment.
struct Connections {
    /// How many each replica of storage has.
    of_storage: [usize; 2],
    /// Ports of those that are nobody's of storage.
    strangers: Vec<u16>,
}

impl Connections {
    fn to_database_of(split: &Split) -> Self {
        let superuser = split.address_of("POSTGRES");
        let query = "SELECT client_port FROM pg_stat_activity \
                     WHERE datname = 'voortgang' AND backend_type = 'client backend'";
        let ports = || -> Vec<u16> {
            psql(&superuser, query).unwrap().lines().map(|port| port.parse().unwrap()).collect()
        };
        let storage = [1, 2].map(|replica| sockets::family(split.pid(Service::Storage, replica)));
        let before = ports();
        let of_storage = storage
            .each_ref()
            .map(|pids| before.iter().filter(|port| sockets::hold(pids, **port)).count());
        let is_stranger = |port: &u16| !storage.iter().any(|pids| sockets::hold(pids, *port));
        let mut strangers: Vec<u16> = before.into_iter().filter(is_stranger).collect();
        // One that was closed meanwhile is held by nobody.
        let after = ports();
        strangers.retain(|port| after.contains(port));
        Self { of_storage, strangers }
    }
}

/// Somebody else who is connected, with storage's own password.
struct Stranger(Child);

impl Stranger {
    fn connect(database: &str) -> Self {
        let psql = Command::new("psql")
            .args([database, "--command", "SELECT pg_sleep(600)"])
            .stdout(Stdio::null())
            .spawn();
        Self(psql.unwrap())
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
