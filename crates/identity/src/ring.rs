//! The cryptography of tokens, by ring: what is listed here is all that is taken, so that neither `none` nor a shared
//! secret can ever be.

use std::sync::Once;

use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, Ed25519KeyPair, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};
use signature::{Signer, Verifier};

/// The algorithms that are taken (RFC 7518, section 3.1; RFC 8037).
pub(crate) const TAKEN: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes it the cryptography of the process; again changes nothing.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It fails only where another was installed, which nothing in the program does.
        let _ = PROVIDER.install_default();
    });
}

struct WithKey {
    key: DecodingKey,
    algorithm: Algorithm,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the library asks")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if !TAKEN.contains(algorithm) {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(WithKey { key: key.clone(), algorithm: *algorithm }))
}

impl JwtVerifier for WithKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for WithKey {
    fn verify(
        &self,
        message: &[u8],
        signed: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        let verified = match self.algorithm {
            Algorithm::RS256 => self.rsa(&RSA_PKCS1_2048_8192_SHA256, message, signed),
            Algorithm::PS256 => self.rsa(&RSA_PSS_2048_8192_SHA256, message, signed),
            Algorithm::ES256 => self.curve(&ECDSA_P256_SHA256_FIXED, message, signed),
            Algorithm::EdDSA => self.curve(&ED25519, message, signed),
            _ => None,
        };
        verified.ok_or_else(signature::Error::new)
    }
}

impl WithKey {
    fn rsa(&self, how: &'static RsaParameters, message: &[u8], signed: &[u8]) -> Option<()> {
        match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(how, message, signed).ok()
            }
            DecodingKeyKind::SecretOrDer(_) => None,
        }
    }

    fn curve(
        &self,
        how: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signed: &[u8],
    ) -> Option<()> {
        match self.key.kind() {
            DecodingKeyKind::SecretOrDer(point) => {
                UnparsedPublicKey::new(how, point).verify(message, signed).ok()
            }
            DecodingKeyKind::RsaModulusExponent { .. } => None,
        }
    }
}

struct EdSigner(Ed25519KeyPair);

/// The issuer of our own signs with Ed25519 alone.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the library asks")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.as_bytes());
    Ok(Box::new(EdSigner(pair.map_err(|_| ErrorKind::InvalidEddsaKey)?)))
}

impl JwtSigner for EdSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

impl Signer<Vec<u8>> for EdSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}
