//! The tokens that the simulator issues: an opaque access token and an ID token with all that CIS2 puts into one.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKey, PublicKeyComponents};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::state::Grant;
use crate::{Error, random};

/// How long an ID token is good for, in seconds.
const ID_TOKEN_LIFE_S: i64 = 3600;

/// A fresh RSA key: its PKCS#8 as PEM, and its public numbers in base64url.
pub(crate) struct FreshKey {
    pub pem: String,
    pub n: String,
    pub e: String,
}

impl FreshKey {
    pub(crate) fn generate() -> Result<Self, Error> {
        let failed = |_| Error::new("an RSA key could not be made");
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
        let public: &PublicKey = key.public_key();
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(public);
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
        let pem = format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", "PRIVATE KEY", lines.join("\n"));
        Ok(Self { pem, n: URL_SAFE_NO_PAD.encode(n), e: URL_SAFE_NO_PAD.encode(e) })
    }

    /// The RFC 7638 thumbprint.
    pub(crate) fn thumbprint(&self) -> String {
        let members = format!("{{\"e\":\"{}\",\"kty\":\"RSA\",\"n\":\"{}\"}}", self.e, self.n);
        URL_SAFE_NO_PAD.encode(Sha256::digest(members))
    }

    /// The public JWK.
    pub(crate) fn jwk(&self, kid: &str, algorithm: &str) -> Value {
        json!({"kty": "RSA", "use": "sig", "alg": algorithm, "kid": kid, "n": self.n, "e": self.e})
    }
}

/// The key that signs ID tokens.
pub(crate) struct Issuer {
    key: EncodingKey,
    kid: String,
    jwks: Value,
}

impl Issuer {
    pub(crate) fn new() -> Result<Self, Error> {
        let fresh = FreshKey::generate()?;
        let key = EncodingKey::from_rsa_pem(fresh.pem.as_bytes())
            .map_err(|_| Error::new("the issuer's key could not be read"))?;
        // Standard base64, as CIS2 has it: whoever turns it into base64url loses the `=` and finds no key.
        let kid = STANDARD.encode(&Sha256::digest(&fresh.n)[..20]);
        let jwks = json!({ "keys": [fresh.jwk(&kid, "RS256")] });
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
        if let Some(nonce) = &grant.nonce {
            claims["nonce"] = json!(nonce);
        }
        if let Some(state) = &grant.state {
            claims["s_hash"] = json!(left_half(state));
        }
        if let Some(role) = grant.role {
            claims["selected_roleid"] = json!(role);
        }
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| Error::new("an ID token could not be signed"))
    }
}

fn left_half(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16])
}
