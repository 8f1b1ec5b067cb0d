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

/// Texts that are mostly read together: copied into one buffer when the first of them is asked for, by whatever thread.
pub struct TextBlock<const N: usize>(OnceLock<Block<N>>);

struct Block<const N: usize> {
    buffer: Secret,
    /// Where each text begins and how long it is; `None` for one that is absent.
    places: [Option<(usize, usize)>; N],
}

impl<const N: usize> Default for TextBlock<N> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<const N: usize> TextBlock<N> {
    /// One of the texts that belong here, which are the same each time.
    pub fn view<'t>(&self, index: usize, texts: impl FnOnce() -> [Option<&'t str>; N]) -> cis2_str {
        let block = self.0.get_or_init(|| Block::of(texts()));
        let Some((start, len)) = block.places[index] else { return cis2_str::BLANK };
        cis2_str { data: block.buffer.expose()[start..].as_ptr().cast(), len }
    }
}

impl<const N: usize> Block<N> {
    fn of(texts: [Option<&str>; N]) -> Self {
        // The whole size at once: a buffer that grows leaves copies behind.
        let mut buffer = Vec::with_capacity(texts.iter().flatten().map(|text| text.len() + 1).sum());
        let places = texts.map(|text| {
            let start = buffer.len();
            buffer.extend_from_slice(text?.as_bytes());
            buffer.push(0);
            Some((start, buffer.len() - 1 - start))
        });
        Self { buffer: Secret::new(buffer), places }
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
