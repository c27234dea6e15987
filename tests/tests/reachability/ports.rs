//! The ports on which the processes of a deployment listen, and whether they are encrypted.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio},
    time::Duration,
};

use end_to_end::{Split, sockets};
use wire::Service;

use crate::table::{self, Table};

/// Every port is encrypted, or one that docs/ACCESS.md says is not.
pub(crate) fn are_those_of_the_document(split: &Split) {
    let expected = documented();
    for replica in 1..=2 {
        table::assert_same(&expected, &found(split, replica, &[]));
    }
    let plain = expected.len() - table::yes(&expected);
    eprintln!("{} kinds of ports, {plain} of them plain as documented", expected.len());
    // A port that nobody knows of is seen, here one of this test.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = table::differences(&expected, &found(split, 1, &[std::process::id()]));
    let port = format!("port {}", listener.local_addr().unwrap());
    assert!(output.iter().any(|cell| cell.contains(&port)), "{port}: {output:?}");
}

/// Servers of the deployment on one machine listen there alone: they speak without encryption.
pub(crate) fn of_servers_are_this_machines(split: &Split) {
    for file in ["postgres/data/postmaster.pid", "rabbitmq/pid"] {
        let text = fs::read_to_string(split.folder().join(file)).unwrap();
        let pid = text.lines().next().unwrap().trim().parse().unwrap();
        let ports = sockets::listening(&sockets::family(pid));
        assert!(!ports.is_empty(), "{file}");
        assert!(ports.iter().all(|address| address.ip().is_loopback()), "{file}: {ports:?}");
    }
}

/// Whether each port is encrypted: the table in the section `Ports`.
fn documented() -> Table {
    let mut table = Table::new();
    for row in table::documented("Ports") {
        let [services, port, is_encrypted, _] = &row[..] else { continue };
        if let Some(port) = table::quoted(port) {
            for service in services.split(", ") {
                table.insert((service.to_owned(), port.to_owned()), is_encrypted == "yes");
            }
        }
    }
    table
}

/// The same of the ports on which the processes of each service's replica listen; `more` are taken for storage's.
fn found(split: &Split, replica: usize, more: &[u32]) -> Table {
    let mut table = Table::new();
    for service in Service::ALL {
        let mut pids = sockets::family(split.pid(service, replica));
        if service == Service::Storage {
            pids.extend(more);
        }
        for address in sockets::listening(&pids) {
            assert!(address.ip().is_loopback(), "{service} listens on {address}");
            let is_encrypted = is_encrypted(address);
            let port = name(split, service, replica, address);
            table.insert((service.to_string(), port), is_encrypted);
        }
    }
    table
}

/// The setting by which a port is opened.
fn name(split: &Split, service: Service, replica: usize, address: SocketAddr) -> String {
    let port = address.port().to_string();
    for setting in ["grpc_port", "http_port"] {
        if split.setting(service, replica, setting).as_ref() == Some(&port) {
            return setting.to_owned();
        }
    }
    // This one is any free port.
    let patience = Some(Duration::from_secs(30));
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(patience).build().into();
    match agent.get(format!("http://{address}/livez")).call() {
        Ok(_) => "telemetry.port".to_owned(),
        Err(_) => format!("port {address}"),
    }
}

/// Whether whoever listens introduces itself by TLS 1.2 or 1.3, as OpenSSL sees it.
fn is_encrypted(address: SocketAddr) -> bool {
    let output = Command::new("timeout")
        .args(["60", "openssl", "s_client", "-brief", "-connect", &address.to_string()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stderr).into_owned();
    ["TLSv1.2", "TLSv1.3"]
        .iter()
        .any(|known| output.contains(&format!("Protocol version: {known}")))
}
