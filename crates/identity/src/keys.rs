//! Public keys of an issuer: fetched, kept for a while, and fetched again for a key that is not among them.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm},
};
use tokio::sync::Mutex;

/// How long keys are believed without being fetched again.
const FRESH: Duration = Duration::from_mins(5);
/// How long they are believed while they cannot be fetched.
const USABLE: Duration = Duration::from_hours(1);
/// Pause between two fetches for keys that nobody knows: whoever invents key ids must not make us ask for each.
const PAUSE: Duration = Duration::from_secs(10);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Largest set, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Where keys come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// These alone.
    Fixed(JwkSet),
    /// A file, which may change.
    File(PathBuf),
    /// An address.
    Address(String, reqwest::Client),
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// The issuer has no such key, or it does not fit the algorithm.
    Unknown,
    /// The issuer cannot be asked.
    Away,
}

/// Keys of an issuer.
#[derive(Debug)]
pub(crate) struct Keys {
    source: Source,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    keys: JwkSet,
    fetched: Instant,
    tried: Instant,
}

impl Keys {
    pub(crate) fn from(source: Source) -> Self {
        Self { source, kept: Mutex::default() }
    }

    /// The key with this id, if it fits the algorithm.
    pub(crate) async fn find(&self, id: &str, algorithm: Algorithm) -> Result<DecodingKey, NoKey> {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_none_or(|kept| FRESH <= kept.fetched.elapsed()) {
            self.fetch(&mut kept).await;
        }
        let known =
            |kept: &Option<Kept>| kept.as_ref().and_then(|kept| kept.keys.find(id).cloned());
        let mut key = known(&kept);
        if key.is_none() && kept.as_ref().is_some_and(|kept| PAUSE <= kept.tried.elapsed()) {
            self.fetch(&mut kept).await;
            key = known(&kept);
        }
        match (&*kept, key) {
            (Some(kept), _) if USABLE <= kept.fetched.elapsed() => Err(NoKey::Away),
            (Some(_), Some(key)) => usable(&key, algorithm).ok_or(NoKey::Unknown),
            (Some(_), None) => Err(NoKey::Unknown),
            (None, _) => Err(NoKey::Away),
        }
    }

    /// Fetches the keys; those that were kept stay where it fails.
    async fn fetch(&self, kept: &mut Option<Kept>) {
        let now = Instant::now();
        match self.source.read().await {
            Ok(keys) => *kept = Some(Kept { keys, fetched: now, tried: now }),
            Err(error) => {
                tracing::warn!(
                    error,
                    source = self.source.name(),
                    "keys of an issuer cannot be fetched"
                );
                if let Some(kept) = kept {
                    kept.tried = now;
                }
            }
        }
    }
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::Fixed(_) => "our own".to_owned(),
            Self::File(file) => file.display().to_string(),
            Self::Address(address, _) => address.clone(),
        }
    }

    async fn read(&self) -> Result<JwkSet, String> {
        let bytes = match self {
            Self::Fixed(keys) => return Ok(keys.clone()),
            Self::File(file) => tokio::fs::read(file).await.map_err(|error| error.to_string())?,
            Self::Address(address, client) => {
                let fetching = fetch(client, address);
                let late = |_| Err("no answer in time".to_owned());
                tokio::time::timeout(PATIENCE, fetching).await.unwrap_or_else(late)?
            }
        };
        serde_json::from_slice(&bytes).map_err(|error| format!("no JSON Web Key Set: {error}"))
    }
}

async fn fetch(client: &reqwest::Client, address: &str) -> Result<Vec<u8>, String> {
    let answer = client.get(address).send().await.and_then(reqwest::Response::error_for_status);
    let mut answer = answer.map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
        bytes.extend_from_slice(&chunk);
        if LARGEST < bytes.len() {
            return Err(format!("more than {LARGEST} bytes"));
        }
    }
    Ok(bytes)
}

/// A key that may verify this algorithm. A shared secret never may; a key that names another algorithm may not either.
fn usable(key: &Jwk, algorithm: Algorithm) -> Option<DecodingKey> {
    let fits = match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(algorithm, Algorithm::RS256 | Algorithm::PS256),
        AlgorithmParameters::EllipticCurve(_) => algorithm == Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(_) => algorithm == Algorithm::EdDSA,
        _ => false,
    };
    let named = match key.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::PS256) => algorithm == Algorithm::PS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(KeyAlgorithm::EdDSA) => algorithm == Algorithm::EdDSA,
        Some(_) => false,
    };
    if fits && named { DecodingKey::from_jwk(key).ok() } else { None }
}
