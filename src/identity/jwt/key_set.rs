//! The keys of a provider's document.

use std::sync::Arc;

use serde::Deserialize;

use super::algorithm::Algorithm;
use super::key::Key;

/// The keys of a document (RFC 7517, section 5).
pub(super) struct KeySet(Vec<Arc<Key>>);

/// Which key a token says it is signed by.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) algorithm: Algorithm,
}

pub(super) enum Found {
    One(Arc<Key>),
    /// There is a key of this name, and it is not for this; or there are several.
    Unfit,
    /// There is none. A newer document may have it.
    Unknown,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// The keys of a document that are for us. None if it is not a document of keys, or if it
    /// has more than `most` of them.
    pub(super) fn of(document: &str, most: usize) -> Option<Self> {
        let document: Document = serde_json::from_str(document).ok()?;
        if document.keys.len() > most {
            return None;
        }
        let mut keys: Vec<Arc<Key>> = Vec::new();
        for key in document.keys.into_iter().filter_map(Key::of) {
            if !keys.iter().any(|other| **other == key) {
                keys.push(Arc::new(key));
            }
        }
        Some(Self(keys))
    }

    /// The one key that fits. Of two, nobody can say which one the provider means.
    pub(super) fn find(&self, wanted: Wanted<'_>) -> Found {
        let is_named = |key: &Arc<Key>| wanted.id.is_none_or(|id| key.has_id(id));
        let named: Vec<&Arc<Key>> = self.0.iter().filter(|key| is_named(key)).collect();
        let mut fitting = named.iter().filter(|key| key.fits(wanted.algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Found::One(Arc::clone(key)),
            (None, _) if wanted.id.is_none() || named.is_empty() => Found::Unknown,
            _ => Found::Unfit,
        }
    }
}
