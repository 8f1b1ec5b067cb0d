//! Text that C may read: followed by a NUL, in one place as long as its handle lives, overwritten when that is freed.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::out::Blank;
use super::view::cis2_str;
use crate::error::Result;
use crate::secret::{Secret, SecretText};

/// A text that is copied when it is first asked for, by whatever thread.
#[derive(Default)]
pub struct Text(OnceLock<Secret>);

impl Text {
    /// The text that belongs here, which is the same each time.
    pub fn view(&self, text: &str) -> cis2_str {
        view(self.0.get_or_init(|| with_nul(text)))
    }

    /// The same for a text that may be absent.
    pub fn view_if(&self, text: Option<&str>) -> cis2_str {
        text.map_or(cis2_str::BLANK, |text| self.view(text))
    }

    /// The same for a text that is made when it is first asked for.
    pub fn view_of(&self, make: impl FnOnce() -> Result<String>) -> Result<cis2_str> {
        if let Some(text) = self.0.get() {
            return Ok(view(text));
        }
        Ok(self.view(SecretText::new(make()?).expose()))
    }
}

/// Texts by name. It only grows, so that the views of it stay good.
#[derive(Default)]
pub struct Texts(Mutex<Vec<(String, Secret)>>);

impl Texts {
    /// The text of this name, made when it is first asked for.
    pub fn view_of(&self, name: &str, make: impl FnOnce() -> Result<String>) -> Result<cis2_str> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, text)) = texts.iter().find(|(known, _)| known == name) {
            return Ok(view(text));
        }
        let made = with_nul(SecretText::new(make()?).expose());
        let result = view(&made);
        // What the list moves when it grows are the owners of the buffers, not the buffers.
        texts.push((name.to_owned(), made));
        Ok(result)
    }
}

fn with_nul(text: &str) -> Secret {
    // The whole size at once: a buffer that grows leaves copies behind.
    let mut buffer = Vec::with_capacity(text.len() + 1);
    buffer.extend_from_slice(text.as_bytes());
    buffer.push(0);
    Secret::new(buffer)
}

fn view(text: &Secret) -> cis2_str {
    let buffer = text.expose();
    cis2_str { data: buffer.as_ptr().cast(), len: buffer.len() - 1 }
}
