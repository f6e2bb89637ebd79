//! A text from outside that is no id.

/// Why a text is not an id of the model. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidId {
    /// It is not written as ids of the model are.
    #[error("not an id of this kind")]
    Malformed,
    /// It is of another kind: its prefix is not the model's.
    #[error("an id of another kind: this one begins with `{expected}_`")]
    OtherPrefix {
        /// The prefix of the model.
        expected: &'static str,
    },
    /// It is the nil or the max UUID (RFC 9562, sections 5.9 and 5.10), which is nobody's.
    #[error("an id that no row has")]
    Nobody,
    /// It is a number, and numbers are not accepted any more, or never were.
    #[error("a number is not accepted as an id")]
    Number,
}
