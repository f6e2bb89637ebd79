//! A number for people: a text.

use std::fmt;

/// A number for people, as `INV-2026-0001`: what a [`Series`](super::Series) gives.
///
/// It is a text to show and to keep in a column, and nothing else: it is no key of a row, cannot be
/// counted with, and says nothing about who owns what. With the feature `serde` it is serialised as
/// its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_its_text() {
        let number = Number::new("u001".to_owned());
        assert_eq!(format!("{number} {number:>6}"), "u001   u001");
        assert_eq!(number.as_str(), "u001");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_number_is_serialised_as_its_text() {
        let number = Number::new("INV-\"1\"".to_owned());
        assert_eq!(serde_json::to_string(&number).unwrap(), r#""INV-\"1\"""#);
    }
}
