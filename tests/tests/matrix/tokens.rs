//! Tokens that are not good: each is one of a holder of a role but for one thing, and signed by the installation's own key
//! unless that is the thing.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use signing::SigningKey;
use testkit::ROLES;

use crate::installation::Installation;

/// What is not good about a token, and what it is refused for.
pub(crate) const KINDS: [(&str, &str); 6] = [
    ("expired", "TOKEN_EXPIRED"),
    ("wrong audience", "TOKEN_AUDIENCE"),
    ("wrong key", "TOKEN_SIGNATURE"),
    ("alg none", "TOKEN_ALGORITHM"),
    ("HS256 with the public key", "TOKEN_ALGORITHM"),
    ("revoked", "TOKEN_REVOKED"),
];

/// A token that is not good.
#[derive(Debug)]
pub(crate) struct Bad {
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) role: &'static str,
    pub(crate) token: String,
}

/// One of each kind for each role.
pub(crate) fn bad_tokens(of: &Installation) -> Vec<Bad> {
    let key = SigningKey::load(&of.server.data.join("issuer.key")).unwrap();
    let of_role = |role| {
        let good = of.token_of(role);
        KINDS.map(|(kind, reason)| Bad { kind, reason, role, token: bad(of, &key, &good, kind) })
    };
    ROLES.into_iter().flat_map(of_role).collect()
}

/// A good token, not good in one way.
fn bad(of: &Installation, key: &SigningKey, good: &str, kind: &str) -> String {
    let (mut header, mut claims) = read(good);
    let subject = format!("{kind}: {}", claims["sub"].as_str().unwrap());
    claims["sub"] = json!(subject);
    match kind {
        "expired" => {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 7_200);
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() + 3_600);
        }
        "wrong audience" => claims["aud"] = json!("urn:voortgang:other"),
        "alg none" => header["alg"] = json!("none"),
        "HS256 with the public key" => header["alg"] = json!("HS256"),
        _ => (),
    }
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = match kind {
        "alg none" => Vec::new(),
        "HS256 with the public key" => {
            let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.public_key());
            ring::hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
        }
        "wrong key" => SigningKey::fresh().unwrap().sign(signed.as_bytes()),
        _ => key.sign(signed.as_bytes()),
    };
    let token = format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature));
    if kind == "revoked" {
        of.server.cli_with(&["whoami"], &[("VOORTGANG_TOKEN", &token)]).ok();
        of.server.cli(&["revoke", "--subject", &subject, "--reason", "Test."]).ok();
    }
    token
}

/// Header and claims of a token.
fn read(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

fn part(json: &Value) -> String {
    BASE64URL_NOPAD.encode(json.to_string().as_bytes())
}
