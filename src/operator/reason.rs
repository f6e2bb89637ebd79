//! Why an operator acts.

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::scope::{has_words, is_legible};

/// The longest reason, and the longest ticket, in bytes.
const LONGEST: usize = 1000;

/// Why an operator acts: it stands in each audit event. What an
/// [`OperatorScope`](crate::OperatorScope) cannot be made without.
///
/// ```
/// use tenancy::Reason;
///
/// let reason = Reason::new("the customer cannot see its invoices")?.ticket("OPS-12")?;
/// assert!(Reason::new(" ").is_err());
/// # Ok::<(), tenancy::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reason {
    pub(super) text: String,
    pub(super) ticket: Option<String>,
    pub(super) until: Option<DateTime<Utc>>,
}

impl Reason {
    /// A reason, in words.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidReason`] for a text without a letter or a digit, of more than 1000 bytes, or
    /// with signs that end or reorder a line, or are not seen.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        Ok(Self {
            text: checked(text.into())?,
            ticket: None,
            until: None,
        })
    }

    /// With the ticket that it belongs to.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidReason`], as [`Reason::new`].
    pub fn ticket(mut self, ticket: impl Into<String>) -> Result<Self> {
        self.ticket = Some(checked(ticket.into())?);
        Ok(self)
    }

    /// Good until this moment, and no act begins from then on. The credential may end before.
    pub fn until(mut self, moment: DateTime<Utc>) -> Self {
        self.until = Some(moment);
        self
    }
}

fn checked(text: String) -> Result<String> {
    let problem = if !has_words(&text) {
        "it holds no letter and no digit"
    } else if text.len() > LONGEST {
        "it is longer than 1000 bytes"
    } else if !is_legible(&text) {
        "it holds a sign that is not shown"
    } else {
        return Ok(text);
    };
    Err(Error::InvalidReason { problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(made: Result<Reason>) -> bool {
        matches!(made, Err(Error::InvalidReason { .. }))
    }

    #[test]
    fn a_reason_says_something_in_one_line() {
        for text in ["", "  ", "\t", "...", "🎉", "\u{3164}", "a\nb", "a\0b"] {
            assert!(is_refused(Reason::new(text)), "{text:?}");
            assert!(is_refused(
                Reason::new("a").and_then(|why| why.ticket(text))
            ));
        }
        for sign in [
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}',
            '\u{ad}',
            '\u{fe0f}',
            '\u{1d173}',
            '\u{ffff}',
        ] {
            assert!(is_refused(Reason::new(format!("a{sign}b"))), "{sign:?}");
        }
        for text in ["größer", "客户看不到发票", "مشکل", "🎉 5"] {
            assert!(Reason::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_reason_is_bounded() {
        assert!(Reason::new("a".repeat(LONGEST)).is_ok());
        assert!(is_refused(Reason::new("a".repeat(LONGEST + 1))));
        assert!(is_refused(Reason::new("ä".repeat(LONGEST))));
    }
}
