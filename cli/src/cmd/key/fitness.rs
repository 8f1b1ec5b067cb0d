//! For which platforms a key can be registered, and why not. The platform rows say what each takes.

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::key::PublicKey;
use cis2::platform::{IdentityKind, Platform};
use serde_json::{Value, json};

use crate::output::either;

/// The kinds of platform, with their names for a person and for a program.
const KINDS: [(IdentityKind, &str, &str); 2] =
    [(IdentityKind::Cis2, "CIS2", "cis2"), (IdentityKind::ApiPlatform, "API Platform", "api_platform")];

/// Whether one kind of platform can take a key.
pub struct Fitness {
    /// The platform, for a person.
    pub platform: &'static str,
    /// The platform, for a program.
    pub member: &'static str,
    algorithms: Vec<Algorithm>,
    obstacle: Option<String>,
}

/// The verdict for each kind of platform: of a key, if the file says it, and of a file that cannot sign, why.
pub fn of(key: Option<&PublicKey>, refusal: Option<&Error>) -> Vec<Fitness> {
    KINDS.iter().map(|(kind, platform, member)| Fitness::of(*kind, platform, member, key, refusal)).collect()
}

impl Fitness {
    fn of(
        kind: IdentityKind,
        platform: &'static str,
        member: &'static str,
        key: Option<&PublicKey>,
        refusal: Option<&Error>,
    ) -> Self {
        let registered = registered_by(kind);
        let fitting = key.map(PublicKey::fitting_algorithms).unwrap_or_default();
        let algorithms: Vec<Algorithm> = registered.iter().copied().filter(|taken| fitting.contains(taken)).collect();
        let obstacle = match refusal {
            Some(error) => Some(why_not(error.status(), &algorithms)),
            None if algorithms.is_empty() => {
                Some(format!("It registers {}, for which an RSA key is needed.", either(&names(&registered))))
            }
            None => None,
        };
        Self { platform, member, algorithms, obstacle }
    }

    /// For a person.
    pub fn text(&self) -> String {
        match &self.obstacle {
            None => format!("yes, registered with {}", either(&names(&self.algorithms))),
            Some(why) => format!("no. {why}"),
        }
    }

    /// For a program.
    pub fn json(&self) -> Value {
        json!({ "fit": self.obstacle.is_none(), "algorithms": names(&self.algorithms), "why_not": self.obstacle })
    }
}

/// Of a public key: that its private half would do, if it would.
fn why_not(status: Status, algorithms: &[Algorithm]) -> String {
    let sentence = status.row().sentence;
    match status {
        Status::KeyIsCertificate | Status::KeyIsCertificateRequest | Status::KeyIsJwk | Status::KeyIsPublic
            if !algorithms.is_empty() =>
        {
            format!(
                "{sentence} Its private half, as PEM or DER, would do, registered with {}.",
                either(&names(algorithms))
            )
        }
        _ => sentence.to_owned(),
    }
}

/// The names of algorithms.
pub fn names(algorithms: &[Algorithm]) -> Vec<&'static str> {
    algorithms.iter().map(|algorithm| algorithm.name()).collect()
}

fn registered_by(kind: IdentityKind) -> Vec<Algorithm> {
    let mut algorithms = Vec::new();
    for row in Platform::all().into_iter().filter(|row| row.identity == kind) {
        for algorithm in row.algorithms {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
    }
    algorithms
}
