//! Key files.

use cis2::error::Result;
use cis2::jose::Algorithm;
use cis2::jose::jws::Unverified;
use cis2::key::PublicKey;
use cis2::key::SigningKey;
use cis2::key::describe::{FileKind, describe};
use cis2::key::publish::jwk_set_json;
use cis2::provider::keys::KeySet;

/// One of each key type and size of curve: a key fits at most one of them, or is refused by all.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::Rs256];

/// A key file, in PEM for the most part: see [`accepted`]; and what is said of the file is what is done with it.
pub fn key_pem(bytes: &[u8]) {
    let description = describe(bytes);
    assert!(!description.to_string().is_empty());
    for algorithm in ALGORITHMS {
        let Ok(key) = SigningKey::from_pem(bytes, None, "kid", algorithm) else { continue };
        assert_eq!(description.kind, FileKind::PrivateKey, "{description}");
        assert!(description.thumbprint().is_none_or(|said| Ok(said) == key.thumbprint()), "{description}");
        accepted(&key);
    }
}

/// A key file in DER: see [`accepted`].
pub fn key_der(bytes: &[u8]) {
    for algorithm in ALGORITHMS {
        let Ok(key) = SigningKey::from_der(bytes, None, "kid", algorithm) else { continue };
        assert_eq!(describe(bytes).kind, FileKind::PrivateKeyDer);
        accepted(&key);
    }
}

/// The public keys of a file: published, nothing private is in them, and they are read again as the same ones.
pub fn public_key(bytes: &[u8]) {
    let Ok(keys) = PublicKey::all_of(bytes, None) else { return };
    let named: Result<Vec<PublicKey>> = keys
        .into_iter()
        .enumerate()
        .map(|(place, key)| {
            let algorithm = *key.fitting_algorithms().first().expect("an algorithm that fits");
            key.with_key_id(&format!("key {place}"))?.with_algorithm(algorithm)
        })
        .collect();
    let named = named.expect("a key can be named");
    // Keys that stand twice cannot be published.
    let Ok(published) = jwk_set_json(&named) else { return };
    for key in &named {
        let jwk = key.to_jwk();
        assert!(PublicKey::PRIVATE_MEMBERS.iter().all(|name| jwk.get(name).is_none()), "a private member is published");
    }
    let again = PublicKey::all_of(published.as_bytes(), None).expect("what was published can be read");
    let halves = |keys: &[PublicKey]| keys.iter().map(|key| key.half().clone()).collect::<Vec<_>>();
    assert_eq!(halves(&again), halves(&named));
}

/// A key that was accepted signs, its published half verifies that, and the half is read again as the same key.
fn accepted(key: &SigningKey) {
    let set = KeySet::read(key.jwk_set_json().as_bytes()).expect("its key set");
    let token = key.sign_compact(&format!(r#"{{"alg":"{}"}}"#, key.algorithm()), "{}").expect("a signature");
    let keys = set.choose(Some("kid"), key.algorithm()).expect("its public half");
    Unverified::parse(&token).expect("a token").verify(&keys).expect("its signature");
    let pem = key.public_pem().expect("its public half");
    let public = PublicKey::all_of(pem.as_bytes(), None).expect("its public half");
    assert_eq!(public.iter().map(PublicKey::thumbprint).collect::<Vec<_>>(), [key.thumbprint()]);
}
