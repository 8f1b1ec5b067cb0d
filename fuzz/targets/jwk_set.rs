#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cis2_fuzz::jwk_set(bytes));
