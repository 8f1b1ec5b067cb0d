//! A cold process to its first assertion.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 200;

/// Starts both programs in turns and prints what loading the library and minting once cost, beside key and signature.
pub fn report(cold: &str, empty: &str, key_file: &str, key_and_signature_s: f64) {
    let mut cold_ms = Vec::with_capacity(ROUNDS);
    let mut empty_ms = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        empty_ms.push(run(empty, key_file));
        cold_ms.push(run(cold, key_file));
    }
    let (cold_ms, empty_ms) = (Figures::of(cold_ms), Figures::of(empty_ms));
    let needed_ms = key_and_signature_s * 1e3;
    println!("\nA cold process to its first assertion, {ROUNDS} of each in turns, wall time in ms");
    println!("  {:<38} {:>7} {:>7}", "", "best", "median");
    println!("  {:<38} {:>7.2} {:>7.2}", "an empty program", empty_ms.best, empty_ms.median);
    println!("  {:<38} {:>7.2} {:>7.2}", "reads a key file, mints, ends", cold_ms.best, cold_ms.median);
    println!("  {:<38} {:>7.2}", "of it reading the key and signing", needed_ms);
    let over = |figures: f64| figures - needed_ms;
    println!("  {:<38} {:>7.2} {:>7.2}", "over key and signature", over(cold_ms.best), over(cold_ms.median));
}

struct Figures {
    best: f64,
    median: f64,
}

impl Figures {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self { best: times[0], median: times[times.len() / 2] }
    }
}

fn run(program: &str, key_file: &str) -> f64 {
    let begin = Instant::now();
    let status = Command::new(program).arg(key_file).stdout(Stdio::null()).status().expect("the program starts");
    let spent: Duration = begin.elapsed();
    assert!(status.success(), "{program} failed");
    spent.as_secs_f64() * 1e3
}
