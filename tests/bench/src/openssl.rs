//! `openssl speed`, a process of its own: run before, between and after the turns of the others.

use std::process::Command;

/// Operations a second of an RSA key of 2048 bits; the best of all runs so far.
#[derive(Default)]
pub struct Speed {
    signatures: f64,
    verifications: f64,
}

impl Speed {
    /// Runs it once more. Where there is no openssl, or one that prints something else, nothing is learnt.
    pub fn run(&mut self) {
        let Ok(output) = Command::new("openssl").args(["speed", "-seconds", "1", "rsa2048"]).output() else { return };
        let text = String::from_utf8_lossy(&output.stdout);
        // "rsa 2048 bits 0.000240s 0.000016s   4165.0  62500.0"
        let Some(line) = text.lines().find(|line| line.starts_with("rsa 2048")) else { return };
        let mut from_behind = line.split_whitespace().rev().filter_map(|word| word.parse::<f64>().ok());
        let (Some(verifications), Some(signatures)) = (from_behind.next(), from_behind.next()) else { return };
        self.signatures = self.signatures.max(signatures);
        self.verifications = self.verifications.max(verifications);
    }

    /// Prints ours beside it, each by its best time in seconds.
    pub fn report(&self, mint_s: f64, validate_s: f64) {
        if self.signatures == 0.0 {
            return println!("\nopenssl speed: not run, no openssl");
        }
        println!("\nopenssl speed, the best of three runs in between; the best rates of ours beside it");
        println!("  {:<38} {:>7} {:>10} {:>10}", "", "ratio", "ours/s", "openssl/s");
        for (name, ours_s, theirs) in [
            ("cis2_assertion_mint, a signature", mint_s, self.signatures),
            ("cis2_client_validate_id_token, a verification", validate_s, self.verifications),
        ] {
            println!("  {name:<38} {:>7.3} {:>10.0} {theirs:>10.0}", 1.0 / ours_s / theirs, 1.0 / ours_s);
        }
    }
}
