//! The ID token that is validated: the claims that CIS2 was seen to send.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

use crate::library::{CLIENT_ID, KEY_ID};

/// The local simulator's.
pub const ISSUER: &str = "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";
/// 32 bytes, as this library sends it.
pub const NONCE: &str = "n0nce-0f-the-benches-abcdefghijklmnopqrstuv";

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The token, signed with this key.
pub fn id_token(key: &KeyPair) -> String {
    let now = now();
    let claims = json!({
        "at_hash": "Cd_u2xB3zY4aB5cD6eF7gA",
        "sub": "555021935107",
        "auditTrackingId": "9a1f1c0e-5f0b-4a6e-9d58-5d3b8f0a7c11",
        "amr": ["N3_SMARTCARD"],
        "iss": ISSUER,
        "tokenName": "id_token",
        "sid": "4Zr2mQp8tJ7vK1xN",
        "acr": "AAL3_ANY",
        "aud": CLIENT_ID,
        "azp": CLIENT_ID,
        "c_hash": "Bk9mLpQ2rStUvWxYz01a2A",
        "s_hash": "Aa1bB2cC3dD4eE5fF6gG7A",
        "nonce": NONCE,
        "org.forgerock.openidconnect.ops": "kQ8wE5rT2yU7",
        "auth_time": now - 20,
        "realm": "/NHSIdentity/Healthcare",
        "exp": now + 3600 * 24,
        "tokenType": "JWTToken",
        "iat": now,
        "authentication_assurance_level": "3",
        "id_assurance_level": "3",
        "selected_roleid": "555021935108",
    });
    let header = json!({ "typ": "JWT", "kid": KEY_ID, "alg": "RS256" });
    let signing_input = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature).expect("it signs");
    format!("{signing_input}.{}", encode(&signature))
}

/// The claims of a compact JWS.
pub fn payload_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a compact JWS");
    serde_json::from_slice(&decode(payload)).expect("claims")
}

/// The bytes of base64url.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == symbol).expect("base64url");
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for index in 0..=group.len() {
            text.push(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize] as char);
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "a program, not the library")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}
