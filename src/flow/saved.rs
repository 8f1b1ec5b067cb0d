//! What waits between redirect and return, sealed so that a cookie may carry it: `1.` and base64url of 4 bytes key
//! hint, 12 bytes nonce and AES-256-GCM. Only the same client opens it (issuer, client id, redirect_uri and a secret
//! that fits), for 15 minutes. Two secrets are accepted, the newer seals, so that they can be rotated.

use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::relying_party::RelyingParty;
use crate::base64url;
use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::jose::hash;
use crate::random::Random;
use crate::secret::{Secret, SecretText};

/// How long a sealed request may wait, in seconds.
pub const MAX_AGE_S: i64 = 15 * 60;
/// Longest sealed text, in bytes: half of what a browser lets a cookie hold.
pub const MAX_SEALED_BYTES: usize = 2048;
/// Length of a sealing secret, in bytes.
pub const SECRET_BYTES: usize = 32;

const VERSION: &str = "1.";
const HINT_BYTES: usize = 4;

/// An authorization request as it waits for the browser's return.
#[derive(Clone)]
pub struct Saved {
    /// The provider that was asked.
    pub issuer: String,
    /// The client that asked.
    pub client_id: String,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// `state`.
    pub state: SecretText,
    /// `nonce`.
    pub nonce: SecretText,
    /// The PKCE verifier, if a challenge was sent.
    pub verifier: Option<SecretText>,
    /// `scope`.
    pub scope: String,
    /// `acr_values`.
    pub acr_values: Option<String>,
    /// `max_age`, in seconds.
    pub max_age_s: Option<u32>,
    /// `prompt`.
    pub prompt: Option<String>,
    /// Whether the provider announced that its callbacks carry `iss` (RFC 9207).
    pub callback_has_issuer: bool,
    /// When the request was made.
    pub made_at: Timestamp,
}

impl Saved {
    /// Whether the person was asked to authenticate anew.
    pub fn asks_for_login(&self) -> bool {
        self.prompt.as_deref().is_some_and(|prompt| prompt.split_ascii_whitespace().any(|word| word == "login"))
    }

    fn check(&self, party: &RelyingParty, now: Timestamp) -> Result<()> {
        let facts = [
            ("issuer", self.issuer.as_str(), party.platform.issuer.as_str()),
            ("client id", self.client_id.as_str(), party.client_id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str(), party.redirect_uri.as_str()),
        ];
        if let Some((name, _, _)) = facts.iter().find(|(_, found, expected)| found != expected) {
            return Err(Error::new(Status::RequestClientForeign).found(format!("another {name}")));
        }
        let age_s = now.seconds_since(self.made_at);
        if age_s < -i64::from(party.clock_skew_s) {
            return Err(Error::new(Status::RequestFromFuture).found(format!("one made {} s ahead", -age_s)));
        }
        if age_s > MAX_AGE_S {
            return Err(Error::new(Status::RequestExpired)
                .expected(format!("at most {MAX_AGE_S} s"))
                .found(format!("{age_s} s")));
        }
        Ok(())
    }
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Saved")
    }
}

/// The secrets that seal and open.
pub struct Seal {
    current: Secret,
    previous: Option<Secret>,
}

impl Seal {
    /// Secrets of the host's own: all its servers have the same, and an older one while they change it.
    pub fn new(current: Secret, previous: Option<Secret>) -> Result<Self> {
        for secret in [Some(&current), previous.as_ref()].into_iter().flatten() {
            if secret.expose().len() != SECRET_BYTES {
                return Err(Error::new(Status::ConfigInvalid)
                    .expected(format!("a state secret of {SECRET_BYTES} bytes"))
                    .found(format!("{} bytes", secret.expose().len())));
            }
        }
        Ok(Self { current, previous })
    }

    /// A secret that only this client has, and that is gone with it.
    pub fn random(random: &dyn Random) -> Result<Self> {
        let mut secret = vec![0; SECRET_BYTES];
        random.fill(&mut secret)?;
        Ok(Self { current: Secret::new(secret), previous: None })
    }

    /// Seals a request with the current secret.
    pub fn seal(&self, saved: &Saved, random: &dyn Random) -> Result<SecretText> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let contents = Contents::from(saved);
        let mut plain =
            Zeroizing::new(serde_json::to_vec(&contents).map_err(|_| internal("a request could not be written"))?);
        let tag = key(&self.current)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(VERSION), &mut plain)
            .map_err(|_| internal("a request could not be sealed"))?;
        let bytes = [&hint(&self.current), &nonce[..], &plain, tag.as_ref()].concat();
        let text = format!("{VERSION}{}", base64url::encode(&bytes));
        if text.len() > MAX_SEALED_BYTES {
            return Err(Error::new(Status::RequestTooLarge)
                .expected(format!("a sealed request of at most {MAX_SEALED_BYTES} bytes"))
                .found(format!("{} bytes", text.len())));
        }
        Ok(SecretText::new(text))
    }

    /// Opens what the same client sealed.
    pub fn open(&self, sealed: &str, party: &RelyingParty, now: Timestamp) -> Result<Saved> {
        let malformed = |found: &str| Error::new(Status::RequestMalformed).found(found);
        if sealed.len() > MAX_SEALED_BYTES {
            return Err(malformed("a text longer than 2 KiB"));
        }
        let body = sealed.strip_prefix(VERSION).ok_or_else(|| malformed("a text that does not begin with 1."))?;
        let bytes = base64url::decode(body).ok_or_else(|| malformed("a text that is not base64url"))?;
        let (found_hint, rest) = bytes.split_first_chunk::<HINT_BYTES>().ok_or_else(|| malformed("a text cut off"))?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(|| malformed("a text cut off"))?;
        let secret = [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .find(|secret| hint(secret) == *found_hint)
            .ok_or_else(|| Error::new(Status::RequestSealForeign))?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let plain = key(secret)?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(VERSION), &mut buffer)
            .map_err(|_| Error::new(Status::RequestSealForeign))?;
        let contents: Contents<'_> =
            serde_json::from_slice(plain).map_err(|_| malformed("a sealed text of another version"))?;
        let saved = Saved::from(contents);
        saved.check(party, now)?;
        Ok(saved)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

fn key(secret: &Secret) -> Result<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, secret.expose())
        .map(LessSafeKey::new)
        .map_err(|_| internal("a sealing key could not be made"))
}

/// Tells two secrets apart without telling anything about them.
fn hint(secret: &Secret) -> [u8; HINT_BYTES] {
    let hash = hash::sha256(&[b"cis2 state secret hint", secret.expose()].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

fn internal(found: &str) -> Error {
    Error::new(Status::Internal).found(found)
}

/// The sealed JSON. Short names: a cookie has little room.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents<'a> {
    #[serde(borrow, rename = "i")]
    issuer: Cow<'a, str>,
    #[serde(borrow, rename = "c")]
    client_id: Cow<'a, str>,
    #[serde(borrow, rename = "r")]
    redirect_uri: Cow<'a, str>,
    #[serde(borrow, rename = "s")]
    state: Cow<'a, str>,
    #[serde(borrow, rename = "n")]
    nonce: Cow<'a, str>,
    #[serde(borrow, rename = "v", default, skip_serializing_if = "Option::is_none")]
    verifier: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "o")]
    scope: Cow<'a, str>,
    #[serde(borrow, rename = "a", default, skip_serializing_if = "Option::is_none")]
    acr_values: Option<Cow<'a, str>>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    max_age_s: Option<u32>,
    #[serde(borrow, rename = "p", default, skip_serializing_if = "Option::is_none")]
    prompt: Option<Cow<'a, str>>,
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    callback_has_issuer: bool,
    #[serde(rename = "t")]
    made_at: i64,
}

impl<'a> From<&'a Saved> for Contents<'a> {
    fn from(saved: &'a Saved) -> Self {
        Self {
            issuer: Cow::Borrowed(&saved.issuer),
            client_id: Cow::Borrowed(&saved.client_id),
            redirect_uri: Cow::Borrowed(&saved.redirect_uri),
            state: Cow::Borrowed(saved.state.expose()),
            nonce: Cow::Borrowed(saved.nonce.expose()),
            verifier: saved.verifier.as_ref().map(|verifier| Cow::Borrowed(verifier.expose())),
            scope: Cow::Borrowed(&saved.scope),
            acr_values: saved.acr_values.as_deref().map(Cow::Borrowed),
            max_age_s: saved.max_age_s,
            prompt: saved.prompt.as_deref().map(Cow::Borrowed),
            callback_has_issuer: saved.callback_has_issuer,
            made_at: saved.made_at.unix_s(),
        }
    }
}

impl From<Contents<'_>> for Saved {
    fn from(contents: Contents<'_>) -> Self {
        let secret = |text: Cow<'_, str>| SecretText::new(text.into_owned());
        Self {
            issuer: contents.issuer.into_owned(),
            client_id: contents.client_id.into_owned(),
            redirect_uri: contents.redirect_uri.into_owned(),
            state: secret(contents.state),
            nonce: secret(contents.nonce),
            verifier: contents.verifier.map(secret),
            scope: contents.scope.into_owned(),
            acr_values: contents.acr_values.map(Cow::into_owned),
            max_age_s: contents.max_age_s,
            prompt: contents.prompt.map(Cow::into_owned),
            callback_has_issuer: contents.callback_has_issuer,
            made_at: Timestamp::from_unix_s(contents.made_at),
        }
    }
}
