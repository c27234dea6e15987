//! Encrypted connections between services, each side with a certificate of its own (mutual TLS).
//!
//! Invariant: with TLS configured a connection without a certificate of the installation's authority ends before a call can be
//! made on it. TLS 1.3 and 1.2 with forward secrecy only, which is all that rustls offers.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether a server asks its peers for a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerCertificate {
    /// Nobody is served without one: between services.
    Required,
    /// Nobody is asked for one: the port for outsiders.
    NotAsked,
    /// It is optional, and verified against these authorities, a PEM file: the port for outsiders.
    Optional(PathBuf),
}

/// A certificate, its key, and the authority whose certificates are trusted.
#[derive(Clone)]
pub struct Tls {
    certificate: Vec<u8>,
    key: Vec<u8>,
    authority: Vec<u8>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("`{file}` cannot be read")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What a file holds is no certificate or key.
    #[error("{what} cannot be used: {reason}")]
    Unfit {
        /// Certificate, key or authority.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

impl Tls {
    /// Reads the PEM files of a certificate with its chain, its key, and the authority, and checks that they fit together.
    pub fn load(certificate: &Path, key: &Path, authority: &Path) -> Result<Self, TlsError> {
        let tls =
            Self { certificate: read(certificate)?, key: read(key)?, authority: read(authority)? };
        tls.server(&PeerCertificate::Required)?;
        Ok(tls)
    }

    /// What a server takes connections with.
    pub(crate) fn server(&self, peers: &PeerCertificate) -> Result<TlsAcceptor, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| unfit("the set of protocols", &error))?;
        let builder = match peers {
            PeerCertificate::NotAsked => builder.with_no_client_auth(),
            PeerCertificate::Required => {
                let roots = Arc::new(roots("tls.authority", &self.authority)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| unfit("tls.authority", &error))?,
                )
            }
            PeerCertificate::Optional(authorities) => {
                let roots = Arc::new(roots("tls.outsiders_authority", &read(authorities)?)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider)
                    .allow_unauthenticated()
                    .build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| unfit("tls.outsiders_authority", &error))?,
                )
            }
        };
        let key =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| unfit("tls.key", &error))?;
        let mut config = builder
            .with_single_cert(certificates("tls.certificate", &self.certificate)?, key)
            .map_err(|error| unfit("tls.certificate with tls.key", &error))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// What a client connects with.
    pub fn client(&self) -> ClientTlsConfig {
        ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(&self.authority))
            .identity(Identity::from_pem(&self.certificate, &self.key))
    }
}

fn roots(what: &'static str, pem: &[u8]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(what, pem)? {
        roots.add(certificate).map_err(|error| unfit(what, &error))?;
    }
    Ok(roots)
}

/// What a client without a certificate of its own trusts a server by.
pub fn trust(authority: &Path) -> Result<ClientTlsConfig, TlsError> {
    let pem = read(authority)?;
    certificates("the authority", &pem)?;
    Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))
}

/// The same for a client that shows a certificate: PEM files of it, with its chain, and of its key.
pub fn trust_and_show(
    authority: &Path,
    certificate: &Path,
    key: &Path,
) -> Result<ClientTlsConfig, TlsError> {
    let (certificate, key) = (read(certificate)?, read(key)?);
    certificates("the certificate", &certificate)?;
    PrivateKeyDer::from_pem_slice(&key).map_err(|error| unfit("the key", &error))?;
    Ok(trust(authority)?.identity(Identity::from_pem(certificate, key)))
}

/// Does the handshake; a peer that does not finish it in time is disconnected.
pub(crate) async fn accept(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
) -> io::Result<TlsStream<TcpStream>> {
    let late = |_| Err(io::Error::new(io::ErrorKind::TimedOut, "no TLS handshake in time"));
    tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await.unwrap_or_else(late)
}

fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file)
        .map_err(|source| TlsError::Unreadable { file: file.display().to_string(), source })
}

fn certificates(what: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| unfit(what, &error))?;
    if read.is_empty() {
        return Err(unfit(what, &"there is no PEM certificate in it"));
    }
    Ok(read)
}

fn unfit(what: &'static str, reason: &impl ToString) -> TlsError {
    TlsError::Unfit { what, reason: reason.to_string() }
}
