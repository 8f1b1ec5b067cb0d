//! Minting and validating by the shipped library, through its C functions, beside the raw operation of aws-lc-rs and
//! beside jsonwebtoken with a kept key, with `openssl speed` in between; then cold processes.
//!
//! `cis2-bench LIBRARY KEY.pem COLD EMPTY`: the shared library of `dist/`, an RSA key of 2048 bits, a program that mints
//! one assertion, and one that does nothing.
//!
//! Contenders take turns in short slices, measured in CPU time of this thread, so that a busy machine slows all of them
//! alike; what counts is the median over the rounds of the ratio within a round. Rates are the best slice's.

mod cold;
mod library;
mod openssl;
mod slices;
mod token;

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rsa::pkcs8::SecretDocument;
use serde_json::{Value, json};

use library::Library;
use openssl::Speed;
use slices::{Contender, take_turns};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, library, key_file, cold, empty] = arguments.as_slice() else {
        eprintln!("cis2-bench LIBRARY KEY.pem COLD EMPTY: run it with ./build.sh bench");
        std::process::exit(2);
    };
    let library = Library::load(library);
    let pem = read(key_file);
    let (_, der) = SecretDocument::from_pem(&pem).expect("the key file is PEM");
    let raw = KeyPair::from_pkcs8(der.as_bytes()).expect("the key file is PKCS#8");

    let mut speed = Speed::default();
    speed.run();
    let [signature_s, mint_s] = mint(&library, &pem, &raw);
    speed.run();
    let validate_s = validate(&library, &pem, &raw);
    speed.run();
    speed.report(mint_s, validate_s);
    let reading_s = slices::best_of(200, || {
        black_box(KeyPair::from_pkcs8(der.as_bytes()).expect("read before"));
    });
    cold::report(cold, empty, key_file, reading_s + signature_s);
}

/// Gives what one raw signature takes, and one assertion, in seconds.
fn mint(library: &Library, pem: &str, raw: &KeyPair) -> [f64; 2] {
    let key = library.key(pem);
    let one = library.mint(key);
    let signing_input = one.rsplit_once('.').expect("a compact JWS").0.to_owned();
    let random = SystemRandom::new();
    let mut signature = vec![0; raw.public_modulus_len()];
    let encoding_key = EncodingKey::from_rsa_pem(pem.as_bytes()).expect("read before");
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(library::KEY_ID.to_owned());
    let claims = token::payload_of(&one);

    let best = take_turns(
        "Minting an assertion, RS256, RSA-2048",
        Contender::new("aws-lc-rs, the bare signature", || {
            raw.sign(&RSA_PKCS1_SHA256, &random, signing_input.as_bytes(), &mut signature).expect("it signs");
        }),
        vec![
            Contender::new("cis2_assertion_mint", || library.mint_and_free(key)),
            Contender::new("jsonwebtoken, kept key", || {
                black_box(encode(&header, &claims, &encoding_key).expect("it signs"));
            }),
        ],
    );
    library.free_key(key);
    [best[0], best[1]]
}

/// Gives what one validation takes, in seconds.
fn validate(library: &Library, pem: &str, raw: &KeyPair) -> f64 {
    let key = library.key(pem);
    let client = library.client(key);
    let key_set = library.key_set(&library.jwk_set(key));
    let id_token = token::id_token(raw);
    let expectations = json!({ "nonce": token::NONCE }).to_string();
    println!("\nThe ID token has {} characters.", id_token.len());

    let (signing_input, signature) = id_token.rsplit_once('.').expect("a compact JWS");
    let signature = token::decode(signature);
    let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, raw.public_key().as_ref()).expect("a public key");
    let numbers: Value = serde_json::from_str(&library.jwk_set(key)).expect("JSON");
    let number = |name: &str| numbers["keys"][0][name].as_str().expect("a number").to_owned();
    let decoding_key = DecodingKey::from_rsa_components(&number("n"), &number("e")).expect("numbers");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[token::ISSUER]);
    validation.set_audience(&[library::CLIENT_ID]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);

    let best = take_turns(
        "Validating an ID token, RS256, RSA-2048, kept key set",
        Contender::new("aws-lc-rs, the bare verification", || {
            public.verify_sig(signing_input.as_bytes(), &signature).expect("it is good");
        }),
        vec![
            Contender::new("cis2_client_validate_id_token", || {
                library.validate_and_free(client, key_set, &id_token, &expectations);
            }),
            Contender::new("jsonwebtoken, kept key (fewer checks)", || {
                black_box(decode::<Value>(&id_token, &decoding_key, &validation).expect("it is good"));
            }),
        ],
    );
    best[1]
}

#[expect(clippy::disallowed_methods, reason = "a program, not the library")]
fn read(path: &str) -> String {
    std::fs::read_to_string(path).expect("the key file can be read")
}
