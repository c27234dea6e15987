//! Who gets through to a service whose connections are encrypted, and who does not.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::path::{Path, PathBuf};

use rpc::{ConnectionBounds, Incoming, PeerCertificate, Tls};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

/// Certificates of a new authority, made as an administrator makes them.
fn certificates() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/certificates");
    let made = std::process::Command::new(script).arg(folder.path()).arg("127.0.0.1").status();
    assert!(made.unwrap().success());
    folder
}

fn file(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

fn of(service: &str, from: &TempDir, trusting: &TempDir) -> Tls {
    let (certificate, key) =
        (file(from, &format!("{service}.pem")), file(from, &format!("{service}.key")));
    Tls::load(&certificate, &key, &file(trusting, "authority.pem")).unwrap()
}

async fn serve(tls: &Tls, peers: PeerCertificate) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let incoming = Incoming::encrypted(listener, ConnectionBounds::PEERS, tls, &peers).unwrap();
    tokio::spawn(rpc::server().serve(incoming, CancellationToken::new()));
    port
}

async fn gets_through(channel: rpc::Channel) -> bool {
    HealthClient::new(channel).check(HealthCheckRequest::default()).await.is_ok()
}

#[tokio::test]
async fn a_service_is_reached_with_a_certificate_of_its_authority_only() {
    let (ours, others) = (certificates(), certificates());
    let port = serve(&of("storage", &ours, &ours), PeerCertificate::Required).await;
    let addresses = [format!("https://127.0.0.1:{port}")];
    let reach = |tls: Tls| gets_through(rpc::connect_any(&addresses, Some(&tls.client())).unwrap());
    assert!(reach(of("search", &ours, &ours)).await, "our own certificate");
    assert!(!reach(of("search", &others, &ours)).await, "a certificate of another authority");
    assert!(!reach(of("search", &ours, &others)).await, "a server that the client does not trust");
    let no_certificate = rpc::trust(&file(&ours, "authority.pem")).unwrap();
    assert!(!gets_through(rpc::connect(&addresses[0], Some(&no_certificate)).unwrap()).await);
    let plain = rpc::connect(&format!("http://127.0.0.1:{port}"), None).unwrap();
    assert!(!gets_through(plain).await, "a connection that is not encrypted");
}

#[tokio::test]
async fn an_outsider_needs_no_certificate_where_none_is_asked() {
    let ours = certificates();
    let port = serve(&of("portal", &ours, &ours), PeerCertificate::NotAsked).await;
    let trusting = rpc::trust(&file(&ours, "authority.pem")).unwrap();
    let channel = rpc::connect(&format!("https://127.0.0.1:{port}"), Some(&trusting)).unwrap();
    assert!(gets_through(channel).await);
}

#[test]
fn files_that_do_not_fit_together_are_named() {
    let (ours, others) = (certificates(), certificates());
    let fault = |certificate: PathBuf, key: PathBuf, authority: PathBuf| {
        Tls::load(&certificate, &key, &authority).unwrap_err().to_string()
    };
    let (certificate, key) = (file(&ours, "portal.pem"), file(&ours, "portal.key"));
    let authority = file(&ours, "authority.pem");
    let other_key = file(&others, "portal.key");
    assert!(fault(certificate.clone(), other_key, authority.clone()).contains("tls.key"));
    assert!(fault(key.clone(), key.clone(), authority.clone()).contains("tls.certificate"));
    assert!(fault(certificate.clone(), certificate.clone(), authority).contains("tls.key"));
    let missing = file(&ours, "missing.pem");
    assert!(fault(certificate, key, missing).contains("missing.pem"));
}
