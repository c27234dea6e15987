//! Who reaches whom in the split deployment: every address with every kind of certificate, every call with the certificate of
//! every service, every port, every connection to the database, and every action on the broker as every service's user.
//!
//! What is expected comes from the tables in docs/ACCESS.md, so that a new call or port has its cells without anybody adding
//! them.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

#[path = "reachability/broker.rs"]
mod broker;
#[path = "reachability/database.rs"]
mod database;
#[path = "reachability/ports.rs"]
mod ports;
#[path = "reachability/table.rs"]
mod table;

use std::{collections::BTreeSet, path::Path};

use end_to_end::Split;
use rpc::Channel;
use testkit::{
    matrix::{Answer, Call},
    openssl::{self, Holder},
};
use tonic::{Code, transport::ClientTlsConfig};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::{
    Clients, Method, Service,
    v1::{Scope, SearchRequest},
};

use crate::table::Table;

/// Those that only services call; the portal's process has the gateway for outsiders.
const SERVERS: [Service; 4] =
    [Service::Storage, Service::Search, Service::Rendering, Service::Ingest];
/// So that the gateway is encrypted too.
const OUTSIDERS: [(&str, &str); 1] = [("VOORTGANG__TLS__OUTSIDERS", "true")];

#[tokio::test(flavor = "multi_thread")]
async fn services_reach_each_other_by_certificate_and_for_what_the_document_says_alone() {
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &OUTSIDERS);

    let (expected, found) = connections(&split, folder.path()).await;
    assert_eq!(expected.len(), SERVERS.len() * 2 * (Service::ALL.len() + 5));
    table::assert_same(&expected, &found);
    eprintln!("{} of {} pairs connect", table::yes(&found), found.len());

    let (expected, found) = calls_on_own_account(&split).await;
    table::assert_same(&expected, &found);
    let pairs: BTreeSet<_> = found
        .iter()
        .filter(|(_, is_let_in)| **is_let_in)
        .map(|((service, call), _)| (service, server_of(call)))
        .collect();
    let (cells, of) = (table::yes(&found), found.len());
    eprintln!("{cells} of {of} calls are let in, of {} pairs of services", pairs.len());

    finds_nothing_unpublished(&split).await;
    is_nobody_at_the_gateway(&split).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_reached_by_those_alone_that_the_document_names_and_no_other_port_is_plain() {
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &OUTSIDERS);
    ports::are_those_of_the_document(&split);
    ports::of_servers_are_this_machines(&split);
    database::is_known_to_storage_alone(&split);
    database::is_reached_by_storage_alone(&split);
    database::is_closed_to_other_users(&split);
    broker::is_used_as_the_document_says(&split).await;
    broker::has_no_detours(&split).await;
    broker::carries_dead_letters_and_replays(&split).await;
}

/// What somebody shows who connects.
struct Shown {
    what: String,
    /// None: they speak without encryption.
    tls: Option<ClientTlsConfig>,
    is_taken: bool,
}

/// Tries every address with everything that can be shown.
async fn connections(split: &Split, folder: &Path) -> (Table, Table) {
    let (mut expected, mut found) = (Table::new(), Table::new());
    let all = everything_to_show(split, folder);
    for address in SERVERS.iter().flat_map(|server| split.addresses(*server)) {
        for Shown { what, tls, is_taken } in &all {
            let cell = (what.clone(), address.clone());
            expected.insert(cell.clone(), *is_taken);
            found.insert(cell, gets_through(&address, tls.as_ref()).await);
        }
    }
    (expected, found)
}

/// The certificate of each service, and what none of them would show.
fn everything_to_show(split: &Split, folder: &Path) -> Vec<Shown> {
    let authority = split.certificates().join("authority.pem");
    let show = |what: &str, holder: &Holder, is_taken| {
        let (certificate, key) = (Path::new(&holder.certificate), Path::new(&holder.key));
        let tls = rpc::trust_and_show(&authority, certificate, key).unwrap();
        Shown { what: what.to_owned(), tls: Some(tls), is_taken }
    };
    let mut all: Vec<Shown> = Service::ALL
        .map(|service| show(service.name(), &holder(&split.certificates(), service), true))
        .into();
    let file = |name: &str| folder.join(name).display().to_string();
    let self_signed = Holder { certificate: file("own.pem"), key: file("own.key") };
    let names = ["-addext", "subjectAltName=URI:urn:voortgang:service:rendering,IP:127.0.0.1"];
    openssl::make("/CN=rendering", &names, &self_signed.key, &self_signed.certificate);
    let others = folder.join("others");
    make_certificates(&others);
    all.extend([
        show("an expired one", &openssl::expired(&split.certificates(), Service::Rendering), false),
        show("one signed by itself", &self_signed, false),
        show("one of another authority", &holder(&others, Service::Rendering), false),
    ]);
    let tls = Some(rpc::trust(&authority).unwrap());
    all.push(Shown { what: "no certificate".to_owned(), tls, is_taken: false });
    all.push(Shown { what: "no encryption".to_owned(), tls: None, is_taken: false });
    all
}

fn make_certificates(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/certificates");
    let made = std::process::Command::new(script).arg(folder).arg("127.0.0.1").status();
    assert!(made.unwrap().success());
}

fn holder(folder: &Path, service: Service) -> Holder {
    let file = |end: &str| folder.join(format!("{service}.{end}")).display().to_string();
    Holder { certificate: file("pem"), key: file("key") }
}

/// Whether a call is answered; health is open to whoever gets through.
async fn gets_through(address: &str, tls: Option<&ClientTlsConfig>) -> bool {
    let plain = address.replace("https:", "http:");
    let address = if tls.is_some() { address } else { &plain };
    let channel = rpc::connect(address, tls).unwrap();
    HealthClient::new(channel).check(HealthCheckRequest::default()).await.is_ok()
}

/// A channel of a service to the first replica of another.
fn channel(split: &Split, service: Service, server: Service) -> Channel {
    let Holder { certificate, key } = holder(&split.certificates(), service);
    let authority = split.certificates().join("authority.pem");
    let tls = rpc::trust_and_show(&authority, certificate.as_ref(), key.as_ref()).unwrap();
    rpc::connect(&split.addresses(server)[0], Some(&tls)).unwrap()
}

/// Makes every call of every service as every service, with a message that names nothing.
async fn calls_on_own_account(split: &Split) -> (Table, Table) {
    let (mut expected, mut found) = (Table::new(), Table::new());
    for server in SERVERS {
        for service in Service::ALL {
            let channel = channel(split, service, server);
            for call in Call::of_services(&[server]) {
                let cell = (service.to_string(), call.name().to_owned());
                let is_named =
                    call.row().on_own_account.iter().any(|named| named == service.name());
                expected.insert(cell.clone(), is_named);
                let answer = call.make(&channel, &call.empty()).await;
                found.insert(cell, is_let_in(&call, service, &answer));
            }
        }
    }
    (expected, found)
}

fn is_let_in(call: &Call, service: Service, answer: &Answer) -> bool {
    match answer.status.as_ref().map(tonic::Status::code) {
        // It was looked at, and named nothing.
        None | Some(Code::InvalidArgument | Code::NotFound) => true,
        Some(Code::PermissionDenied) if answer.reason() == "NOT_FOR_THIS_SERVICE" => false,
        Some(_) => panic!("{} by {service}: {answer:?}", call.name()),
    }
}

/// The service that answers a call.
fn server_of(call: &str) -> Service {
    let mut methods = Method::ALL.into_iter();
    let method = methods.find(|method| method.path().ends_with(&format!(".{call}")));
    method.expect("a known call").service()
}

/// The portal searches for readers: what is not published is not for it.
async fn finds_nothing_unpublished(split: &Split) {
    let client = Clients::new(channel(split, Service::Portal, Service::Search));
    let ask = |scope: Scope| SearchRequest { scope: scope.into(), ..SearchRequest::default() };
    client.search().search(ask(Scope::Published)).await.unwrap();
    let refused = client.search().search(ask(Scope::Working)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
}

/// Whoever shows the certificate of a service at the gateway for outsiders is taken for nobody there.
async fn is_nobody_at_the_gateway(split: &Split) {
    for service in Service::ALL {
        let channel = channel(split, service, Service::Portal);
        for call in Call::of_services(&SERVERS)
            .iter()
            .filter(|call| call.is_public() && !call.row().is_open)
        {
            let answer = call.make(&channel, &call.empty()).await;
            let code = answer.status.as_ref().map(tonic::Status::code);
            assert_eq!(
                code,
                Some(Code::Unauthenticated),
                "{} by {service}: {answer:?}",
                call.name()
            );
        }
    }
}
