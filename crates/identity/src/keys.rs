//! Public keys of an issuer: fetched, cached, and fetched again for a key that is not among them.

use std::{path::PathBuf, time::Duration};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm},
};
use tokio::{sync::Mutex, time::Instant};

/// After which keys are fetched again.
const KEYS_TTL: Duration = Duration::from_mins(5);
/// For which they are used while they cannot be fetched.
const STALE_KEYS_TTL: Duration = Duration::from_hours(1);
/// Between two fetches: made-up key ids must not cause a fetch each, and an issuer that never answers must not delay every call.
const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(10);
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Of a key set.
const MAX_BYTES: usize = 1024 * 1024;

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
    cache: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    /// The last that were fetched, and when.
    keys: Option<(JwkSet, Instant)>,
    /// When a fetch was last tried.
    tried: Option<Instant>,
}

impl Keys {
    pub(crate) fn from(source: Source) -> Self {
        Self { source, cache: Mutex::default() }
    }

    /// The key with this id, if it fits the algorithm.
    pub(crate) async fn find(&self, id: &str, algorithm: Algorithm) -> Result<DecodingKey, NoKey> {
        let mut cache = self.cache.lock().await;
        if cache.younger_than(KEYS_TTL).and_then(|keys| keys.find(id)).is_none() {
            self.fetch(&mut cache).await;
        }
        let keys = cache.younger_than(STALE_KEYS_TTL).ok_or(NoKey::Away)?;
        keys.find(id).and_then(|key| usable(key, algorithm)).ok_or(NoKey::Unknown)
    }

    /// Fetches the keys, unless that was tried a moment ago; the cached ones stay where it fails.
    async fn fetch(&self, cache: &mut Cache) {
        if cache.tried.is_some_and(|tried| tried.elapsed() < MIN_FETCH_INTERVAL) {
            return;
        }
        let now = Instant::now();
        cache.tried = Some(now);
        match self.source.read().await {
            Ok(keys) => cache.keys = Some((keys, now)),
            Err(error) => {
                let source = self.source.name();
                tracing::warn!(error, source, "keys of an issuer cannot be fetched");
            }
        }
    }
}

impl Cache {
    fn younger_than(&self, age: Duration) -> Option<&JwkSet> {
        let (keys, fetched) = self.keys.as_ref()?;
        (fetched.elapsed() < age).then_some(keys)
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
                tokio::time::timeout(FETCH_TIMEOUT, fetching).await.unwrap_or_else(late)?
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
        if bytes.len() > MAX_BYTES {
            return Err(format!("more than {MAX_BYTES} bytes"));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with keys of these ids.
    fn write(file: &std::path::Path, ids: &[&str]) {
        // The public key of RFC 8037, appendix A.2.
        let key = |id: &&str| {
            serde_json::json!({
                "kid": id, "kty": "OKP", "crv": "Ed25519",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            })
        };
        let keys: Vec<_> = ids.iter().map(key).collect();
        std::fs::write(file, serde_json::json!({ "keys": keys }).to_string()).unwrap();
    }

    async fn found(keys: &Keys, id: &str) -> Option<NoKey> {
        keys.find(id, Algorithm::EdDSA).await.err()
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_changed_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.json");
        write(&file, &["old"]);
        let keys = Keys::from(Source::File(file.clone()));
        assert_eq!(found(&keys, "old").await, None);
        write(&file, &["old", "new"]);
        assert_eq!(found(&keys, "new").await, Some(NoKey::Unknown), "asked a moment ago");
        tokio::time::advance(MIN_FETCH_INTERVAL).await;
        assert_eq!(found(&keys, "new").await, None);
        write(&file, &["new"]);
        assert_eq!(found(&keys, "old").await, None, "known a moment ago");
        tokio::time::advance(KEYS_TTL).await;
        assert_eq!(found(&keys, "old").await, Some(NoKey::Unknown), "taken back");
        assert_eq!(found(&keys, "new").await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_issuer_that_is_away_is_believed_for_an_hour() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.json");
        let keys = Keys::from(Source::File(file.clone()));
        assert_eq!(found(&keys, "one").await, Some(NoKey::Away));
        write(&file, &["one"]);
        assert_eq!(found(&keys, "one").await, Some(NoKey::Away), "asked a moment ago");
        tokio::time::advance(MIN_FETCH_INTERVAL).await;
        assert_eq!(found(&keys, "one").await, None);
        std::fs::remove_file(&file).unwrap();
        tokio::time::advance(KEYS_TTL).await;
        assert_eq!(found(&keys, "one").await, None);
        assert_eq!(found(&keys, "other").await, Some(NoKey::Unknown));
        tokio::time::advance(STALE_KEYS_TTL).await;
        assert_eq!(found(&keys, "one").await, Some(NoKey::Away));
        write(&file, &["one"]);
        tokio::time::advance(MIN_FETCH_INTERVAL).await;
        assert_eq!(found(&keys, "one").await, None);
    }
}
