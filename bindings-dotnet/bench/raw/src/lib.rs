//! aws-lc's bare RSA operations for the benchmarks of the C# wrapper: what remains when all else is taken away. Called from
//! one thread, by a program that keeps to the lengths: nothing is checked here.
#![expect(unsafe_code, reason = "called from C#")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RsaPublicKeyComponents};
use std::slice;

/// A key pair and its public half, both parsed once and kept.
pub struct Raw {
    pair: KeyPair,
    public: ParsedPublicKey,
}

/// Reads a PKCS#8 DER; null if it is none. Never freed: it lives as long as the benchmark.
///
/// # Safety
/// `der` points at `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_new(der: *const u8, len: usize) -> *mut Raw {
    // SAFETY: the caller's promise.
    let der = unsafe { slice::from_raw_parts(der, len) };
    read(der).map_or(std::ptr::null_mut(), |raw| Box::into_raw(Box::new(raw)))
}

/// Writes the RS256 signature over `input`; 1 if it could be made.
///
/// # Safety
/// `raw` comes from `raw_new`, `input` points at `len` bytes, `out` at room for a signature of this key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_sign(raw: *const Raw, input: *const u8, len: usize, out: *mut u8) -> u32 {
    // SAFETY: the caller's promise.
    let (raw, input) = unsafe { (&*raw, slice::from_raw_parts(input, len)) };
    // SAFETY: the caller's promise.
    let out = unsafe { slice::from_raw_parts_mut(out, raw.pair.public_modulus_len()) };
    u32::from(raw.pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), input, out).is_ok())
}

/// 1 if the RS256 signature is this key's over `input`.
///
/// # Safety
/// `raw` comes from `raw_new`, `input` points at `len` bytes, `signature` at one as long as this key's modulus.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_verify(raw: *const Raw, input: *const u8, len: usize, signature: *const u8) -> u32 {
    // SAFETY: the caller's promise.
    let (raw, input) = unsafe { (&*raw, slice::from_raw_parts(input, len)) };
    // SAFETY: the caller's promise.
    let signature = unsafe { slice::from_raw_parts(signature, raw.pair.public_modulus_len()) };
    u32::from(raw.public.verify_sig(input, signature).is_ok())
}

fn read(der: &[u8]) -> Option<Raw> {
    let pair = KeyPair::from_pkcs8(der).ok()?;
    let components: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
    let public = RsaPublicKeyComponents { n: &components.n, e: &components.e }
        .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)
        .ok()?;
    Some(Raw { pair, public })
}
