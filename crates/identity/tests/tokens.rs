//! Which tokens are believed: one good one for each algorithm, and every forgery that we know of refused.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use identity::{
    Authenticator, Config, Identity, IssuerConfig, LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer,
};
use model::{Clock as _, Grant, Role};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
        RsaPublicKeyComponents as PublicKeyComponents,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{
    TestClock,
    fuzz::{self, WORDS, mutated},
};

const ISSUER: &str = "https://idp.example";
const AUDIENCE: &str = "urn:test:voortgang";

/// An issuer with a key of each kind, and an authenticator that trusts it.
struct World {
    folder: TempDir,
    clock: Arc<TestClock>,
    rsa: RsaKeyPair,
    curve: EcdsaKeyPair,
    edwards: Ed25519KeyPair,
    authenticator: Authenticator,
}

/// How a forged or honest token is signed.
type Sign<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let random = SystemRandom::new();
        let rsa = RsaKeyPair::from_pkcs8(&rsa_pkcs8(folder.path())).unwrap();
        let how = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
        let curve = EcdsaKeyPair::from_pkcs8(how, pkcs8.as_ref(), &random).unwrap();
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let edwards = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let file = folder.path().join("keys.json");
        std::fs::write(&file, keys(&rsa, &curve, &edwards).to_string()).unwrap();
        let clock = Arc::new(TestClock::new());
        let config = Config {
            issuers: vec![IssuerConfig {
                issuer: ISSUER.to_owned(),
                audience: AUDIENCE.to_owned(),
                keys: file.display().to_string(),
            }],
            local_key: folder.path().join("issuer.key"),
            ..Config::default()
        };
        let authenticator = Authenticator::new(&config, clock.clone()).unwrap();
        Self { folder, clock, rsa, curve, edwards, authenticator }
    }

    fn now(&self) -> i64 {
        self.clock.now().0 / 1_000
    }

    fn claims(&self) -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "jti": "1",
            "iat": self.now(), "exp": self.now() + 600,
            "grants": [{ "role": "reviewer", "organisation": "bz" }],
        })
    }

    fn sign_rsa(&self, how: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let mut signed = vec![0; self.rsa.public().modulus_len()];
        self.rsa.sign(how, &SystemRandom::new(), message, &mut signed).unwrap();
        signed
    }

    /// An honest token of this algorithm, with these claims.
    fn honest(&self, algorithm: &str, claims: &Value) -> String {
        let (key, sign): (&str, Sign<'_>) = match algorithm {
            "RS256" => ("rsa", &|message| self.sign_rsa(&RSA_PKCS1_SHA256, message)),
            "PS256" => ("rsa", &|message| self.sign_rsa(&RSA_PSS_SHA256, message)),
            "ES256" => ("curve", &|message| {
                self.curve.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
            }),
            _ => ("edwards", &|message| self.edwards.sign(message).as_ref().to_vec()),
        };
        token(&json!({ "alg": algorithm, "typ": "JWT", "kid": key }), claims, sign)
    }

    async fn shown(&self, token: &str) -> Result<Identity, tonic::Status> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}")).unwrap());
        self.authenticator.identify(&headers, None).await
    }
}

/// What is in a token that is signed as it should be, and what is no token.
#[tokio::test]
async fn no_token_makes_its_verification_panic() {
    let world = World::new();
    let claims = world.claims().to_string();
    let whole = world.honest("EdDSA", &world.claims());
    let (mut believed, mut refused) = (0, 0);
    for mut random in fuzz::executions("tokens", 2_000) {
        let token = if random.bool() {
            let changed = mutated(&mut random, claims.as_bytes(), &WORDS);
            let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": "edwards" });
            let parts =
                [header.to_string().as_bytes(), &changed].map(|part| BASE64URL_NOPAD.encode(part));
            let signed = world.edwards.sign(parts.join(".").as_bytes());
            format!("{}.{}", parts.join("."), BASE64URL_NOPAD.encode(signed.as_ref()))
        } else {
            let changed = mutated(&mut random, whole.as_bytes(), &WORDS);
            String::from_utf8_lossy(&changed).into_owned()
        };
        let mut headers = HeaderMap::new();
        let Ok(value) = HeaderValue::try_from(format!("Bearer {token}")) else { continue };
        headers.insert(AUTHORIZATION, value);
        match world.authenticator.identify(&headers, None).await {
            Ok(_) => believed += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(believed > 50 && refused > 50, "{believed} believed, {refused} refused");
}

#[track_caller]
fn refused(what: &str, shown: Result<Identity, tonic::Status>, reason: &str) {
    let status = shown.expect_err(what);
    assert_eq!(status.code(), tonic::Code::Unauthenticated, "{what}: {status}");
    assert_eq!(rpc::reason(&status).unwrap(), reason, "{what}: {status}");
}

fn token(header: &Value, claims: &Value, sign: Sign<'_>) -> String {
    let part = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signed = BASE64URL_NOPAD.encode(&sign(message.as_bytes()));
    format!("{message}.{signed}")
}

/// Keys of RSA are made by OpenSSL: ring makes none.
fn rsa_pkcs8(folder: &Path) -> Vec<u8> {
    let file = folder.join("rsa.pem");
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"])
        .arg(&file)
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{made:?}");
    let pem = std::fs::read_to_string(file).unwrap();
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64.decode(text.as_bytes()).unwrap()
}

fn keys(rsa: &RsaKeyPair, curve: &EcdsaKeyPair, edwards: &Ed25519KeyPair) -> Value {
    let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(rsa.public());
    let point = curve.public_key().as_ref();
    json!({ "keys": [
        { "kty": "RSA", "kid": "rsa", "use": "sig",
          "n": text(&n), "e": text(&e) },
        { "kty": "EC", "crv": "P-256", "kid": "curve", "alg": "ES256",
          "x": text(&point[1..33]), "y": text(&point[33..]) },
        { "kty": "OKP", "crv": "Ed25519", "kid": "edwards", "alg": "EdDSA",
          "x": text(edwards.public_key().as_ref()) },
        { "kty": "oct", "kid": "shared", "k": text(b"a secret that the issuer should not have published") },
    ] })
}

#[tokio::test]
async fn a_good_token_of_each_algorithm_is_believed() {
    let world = World::new();
    let grant =
        Grant { organisation: Some("bz".parse().unwrap()), ..Grant::everywhere(Role::Reviewer) };
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let Identity::Token(token) =
            world.shown(&world.honest(algorithm, &world.claims())).await.unwrap()
        else {
            panic!("{algorithm} is no token")
        };
        assert_eq!((token.subject.as_str(), token.id.as_str()), ("anna", "1"), "{algorithm}");
        let grants: Vec<Grant> =
            token.grants.into_iter().map(|claim| claim.try_into().unwrap()).collect();
        assert_eq!(grants, std::slice::from_ref(&grant));
    }
    let mut claims = world.claims();
    claims["aud"] = json!(["urn:other", AUDIENCE]);
    world.shown(&world.honest("EdDSA", &claims)).await.unwrap();
    assert_eq!(
        world.authenticator.identify(&HeaderMap::new(), None).await.unwrap(),
        Identity::Anybody
    );
}

#[tokio::test]
async fn no_algorithm_without_a_key_of_its_own_is_taken() {
    let world = World::new();
    let claims = world.claims();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        for key in ["rsa", "curve", "edwards", "shared"] {
            let forged = token(&json!({ "alg": name, "kid": key }), &claims, &|_| Vec::new());
            refused(name, world.shown(&forged).await, "TOKEN_ALGORITHM");
        }
    }
    let pem = std::fs::read(world.folder.path().join("rsa.pem")).unwrap();
    let jwks = std::fs::read(world.folder.path().join("keys.json")).unwrap();
    let modulus = PublicKeyComponents::<Vec<u8>>::from(world.rsa.public()).n;
    let point = world.edwards.public_key().as_ref().to_vec();
    let shared = b"a secret that the issuer should not have published".to_vec();
    for secret in [pem, jwks, modulus, point, shared, Vec::new()] {
        for (name, how) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let key = hmac::Key::new(how, &secret);
            let sign = |message: &[u8]| hmac::sign(&key, message).as_ref().to_vec();
            for kid in ["rsa", "curve", "edwards", "shared"] {
                let forged = token(&json!({ "alg": name, "kid": kid }), &claims, &sign);
                refused(name, world.shown(&forged).await, "TOKEN_ALGORITHM");
            }
        }
    }
    for name in ["RS384", "RS512", "PS384", "PS512", "ES384", "ES256K", "RS1"] {
        let sign = |message: &[u8]| world.sign_rsa(&RSA_PKCS1_SHA256, message);
        let forged = token(&json!({ "alg": name, "kid": "rsa" }), &claims, &sign);
        refused(name, world.shown(&forged).await, "TOKEN_ALGORITHM");
    }
}

#[tokio::test]
async fn a_key_signs_for_its_own_issuer_and_algorithm_alone() {
    let world = World::new();
    let claims = world.claims();
    let sign_ed = |message: &[u8]| world.edwards.sign(message).as_ref().to_vec();
    let header = |algorithm: &str, key: &str| json!({ "alg": algorithm, "kid": key });
    // Another key than the one that is named, and algorithms that the named key is not for.
    for (what, algorithm, key, reason) in [
        ("a key of another kind", "EdDSA", "rsa", "TOKEN_KEY"),
        ("a key of another kind", "RS256", "edwards", "TOKEN_KEY"),
        ("a key of another kind", "ES256", "rsa", "TOKEN_KEY"),
        ("a shared secret", "EdDSA", "shared", "TOKEN_KEY"),
        ("a key of no name", "EdDSA", "nobody", "TOKEN_KEY"),
    ] {
        let forged = token(&header(algorithm, key), &claims, &sign_ed);
        refused(what, world.shown(&forged).await, reason);
    }
    let none = token(&json!({ "alg": "EdDSA" }), &claims, &sign_ed);
    refused("no key named", world.shown(&none).await, "TOKEN_KEY_NOT_NAMED");
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let stranger = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let sign = |message: &[u8]| stranger.sign(message).as_ref().to_vec();
    let forged = token(&header("EdDSA", "edwards"), &claims, &sign);
    refused("a stranger's key", world.shown(&forged).await, "TOKEN_SIGNATURE");
    // Keys that a token brings along are not looked at (RFC 8725, section 3.10).
    let brought = BASE64URL_NOPAD.encode(stranger.public_key().as_ref());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "edwards", "x": brought });
    for extra in [json!({ "jwk": jwk }), json!({ "jku": "http://127.0.0.1:9/keys" })] {
        let mut header = header("EdDSA", "edwards");
        for (name, value) in extra.as_object().unwrap() {
            header[name] = value.clone();
        }
        refused(
            "a key brought along",
            world.shown(&token(&header, &claims, &sign)).await,
            "TOKEN_SIGNATURE",
        );
    }
    let mut critical = header("EdDSA", "edwards");
    critical["crit"] = json!(["exp"]);
    refused("crit", world.shown(&token(&critical, &claims, &sign_ed)).await, "TOKEN_MALFORMED");
    // Of a good token every part counts.
    let good = world.honest("EdDSA", &claims);
    let parts: Vec<&str> = good.split('.').collect();
    let mut other = claims.clone();
    other["grants"] = json!([{ "role": "administrator" }]);
    let payload = BASE64URL_NOPAD.encode(other.to_string().as_bytes());
    for (what, forged) in [
        ("another payload", format!("{}.{payload}.{}", parts[0], parts[2])),
        ("half a signature", format!("{}.{}.{}", parts[0], parts[1], &parts[2][..40])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
    ] {
        let status = world.shown(&forged).await.expect_err(what);
        assert_eq!(status.code(), tonic::Code::Unauthenticated, "{what}");
    }
    for (what, forged) in [
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.x")),
        ("no token", "x".to_owned()),
        ("a long one", format!("{good}{}", "x".repeat(9_000))),
    ] {
        let status = world.shown(&forged).await.expect_err(what);
        assert_eq!(status.code(), tonic::Code::Unauthenticated, "{what}");
    }
}

#[tokio::test]
async fn claims_are_held_to_issuer_audience_and_clock() {
    let world = World::new();
    let now = world.now();
    for (what, claim, value, reason) in [
        ("expired", "exp", json!(now - 31), "TOKEN_EXPIRED"),
        ("not before", "nbf", json!(now + 31), "TOKEN_NOT_YET"),
        ("issued in the future", "iat", json!(now + 31), "TOKEN_NOT_YET"),
        ("for too long", "exp", json!(now + 6 * 3_600 + 1), "TOKEN_TOO_LONG"),
        ("for ever", "exp", json!(i64::MAX), "TOKEN_TOO_LONG"),
        ("another audience", "aud", json!("urn:other"), "TOKEN_AUDIENCE"),
        ("audience of our own issuer", "aud", json!(LOCAL_AUDIENCE), "TOKEN_AUDIENCE"),
        ("no audience", "aud", Value::Null, "TOKEN_CLAIMS"),
        ("another issuer", "iss", json!("https://other.example"), "TOKEN_ISSUER"),
        ("our own issuer", "iss", json!(LOCAL_ISSUER), "TOKEN_KEY"),
        ("no issuer", "iss", Value::Null, "TOKEN_CLAIMS"),
        ("no subject", "sub", Value::Null, "TOKEN_CLAIMS"),
        ("an empty subject", "sub", json!(""), "TOKEN_CLAIMS"),
        ("a long subject", "sub", json!("x".repeat(201)), "TOKEN_CLAIMS"),
        ("no expiry", "exp", Value::Null, "TOKEN_CLAIMS"),
        ("no issue", "iat", Value::Null, "TOKEN_CLAIMS"),
        ("an expiry in words", "exp", json!("tomorrow"), "TOKEN_CLAIMS"),
    ] {
        let mut claims = world.claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(claim);
        } else {
            claims[claim] = value;
        }
        refused(what, world.shown(&world.honest("EdDSA", &claims)).await, reason);
    }
    // What expires while the clock goes on.
    let good = world.honest("ES256", &world.claims());
    world.shown(&good).await.unwrap();
    world.clock.advance(631_000);
    refused("later", world.shown(&good).await, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_token_of_our_own_issuer_is_believed_where_it_is_switched_on() {
    let world = World::new();
    let issuer = LocalIssuer::open(&world.folder.path().join("issuer.key")).unwrap();
    let grants = [Grant::everywhere(Role::Auditor)];
    let shown = issuer.issue("me", grants, world.clock.now(), 60).unwrap();
    let Identity::Token(token) = world.shown(&shown).await.unwrap() else { panic!("no token") };
    assert_eq!(token.grants[0].role, "auditor");
    let config = Config {
        local: false,
        local_key: world.folder.path().join("issuer.key"),
        ..Config::default()
    };
    let closed =
        World { authenticator: Authenticator::new(&config, world.clock.clone()).unwrap(), ..world };
    refused("switched off", closed.shown(&shown).await, "TOKEN_ISSUER");
}

#[tokio::test]
async fn keys_are_fetched_once_and_not_for_every_key_that_somebody_invents() {
    let world = World::new();
    let fetches = Arc::new(AtomicUsize::new(0));
    let text = std::fs::read_to_string(world.folder.path().join("keys.json")).unwrap();
    let counted = fetches.clone();
    let app = axum::Router::new().route(
        "/keys",
        axum::routing::get(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(text.clone())
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/keys", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let config = |keys: String| Config {
        issuers: vec![IssuerConfig { issuer: ISSUER.into(), audience: AUDIENCE.into(), keys }],
        local_key: world.folder.path().join("issuer.key"),
        ..Config::default()
    };
    let authenticator = Authenticator::new(&config(address.clone()), world.clock.clone()).unwrap();
    let world = World { authenticator, ..world };
    let begun = std::time::Instant::now();
    for _ in 0..10 {
        world.shown(&world.honest("EdDSA", &world.claims())).await.unwrap();
    }
    for number in 0..50 {
        let header = json!({ "alg": "EdDSA", "kid": format!("invented-{number}") });
        let sign = |message: &[u8]| world.edwards.sign(message).as_ref().to_vec();
        let forged = token(&header, &world.claims(), &sign);
        refused("an invented key", world.shown(&forged).await, "TOKEN_KEY");
    }
    // Once, and again for each ten seconds that a busy machine takes for it.
    let max = 1 + usize::try_from(begun.elapsed().as_secs() / 10).unwrap();
    let asked = fetches.load(Ordering::SeqCst);
    assert!((1..=max).contains(&asked), "{asked} times");
    serving.abort();
    let _ = serving.await;
    let authenticator = Authenticator::new(
        &Config {
            issuers: vec![IssuerConfig {
                issuer: ISSUER.into(),
                audience: AUDIENCE.into(),
                keys: address,
            }],
            local_key: world.folder.path().join("issuer.key"),
            ..Config::default()
        },
        world.clock.clone(),
    );
    let away = World { authenticator: authenticator.unwrap(), ..world };
    let status = away.shown(&away.honest("EdDSA", &away.claims())).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unavailable);
    assert_eq!(rpc::reason(&status).unwrap(), "ISSUER_AWAY");
}

#[test]
fn settings_that_would_believe_anybody_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |issuer: &str, audience: &str, keys: &str| {
        let issuer =
            IssuerConfig { issuer: issuer.into(), audience: audience.into(), keys: keys.into() };
        let config = Config {
            issuers: vec![issuer],
            local_key: folder.path().join("issuer.key"),
            ..Config::default()
        };
        Authenticator::new(&config, Arc::new(TestClock::new())).unwrap_err().to_string()
    };
    assert!(refused("", AUDIENCE, "keys.json").contains("its name"));
    assert!(refused(LOCAL_ISSUER, AUDIENCE, "keys.json").contains("its name"));
    assert!(refused(ISSUER, "", "keys.json").contains("audience"));
    assert!(refused(ISSUER, AUDIENCE, "http://idp.example/keys").contains("https"));
    assert!(refused(ISSUER, AUDIENCE, "").contains("keys"));
    for max_token_seconds in [0, 86_401] {
        let local_key = folder.path().join("issuer.key");
        let config = Config { local_key, max_token_seconds, ..Config::default() };
        let error =
            Authenticator::new(&config, Arc::new(TestClock::new())).unwrap_err().to_string();
        assert!(error.contains(&format!("`max_token_seconds` is {max_token_seconds};")), "{error}");
    }
}
