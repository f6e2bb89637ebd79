//! What a token says, behind its signature.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::text::{bytes_of, is_there};

/// The claims that are read (RFC 7519, section 4.1, and OpenID Connect Core, section 5.1).
/// One that comes twice makes the token invalid.
#[derive(Deserialize)]
pub(super) struct Written {
    pub(super) iss: Text,
    pub(super) sub: Text,
    pub(super) aud: Audience,
    pub(super) exp: Moment,
    pub(super) nbf: Option<Moment>,
    pub(super) iat: Option<Moment>,
    /// What makes a token one about something that has happened, and no credential.
    #[serde(default, rename = "events", deserialize_with = "is_there")]
    pub(super) tells_events: bool,
    #[serde(default)]
    pub(super) email: Shown,
    #[serde(default)]
    pub(super) name: Shown,
    #[serde(default)]
    pub(super) preferred_username: Shown,
    #[serde(default)]
    scope: Value,
    #[serde(default)]
    scp: Value,
}

impl Written {
    pub(super) fn of(payload: &str) -> Option<Self> {
        serde_json::from_slice(&bytes_of(payload)?).ok()
    }

    /// The scopes, in either place and form: words of a text, or a list.
    pub(super) fn scopes(&self) -> Vec<String> {
        let listed = [&self.scope, &self.scp].into_iter().flat_map(words);
        let mut scopes: Vec<String> = listed.map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => text.split_ascii_whitespace().collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// As long as a subject may be (OpenID Connect Core, section 2).
pub(super) const LONGEST_TEXT: usize = 255;

/// A text that tells somebody apart: not empty, not long, and without signs of control, which
/// databases cut off or refuse.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Text(pub(super) String);

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() || text.len() > LONGEST_TEXT || text.contains(char::is_control) {
            Err("not a name")
        } else {
            Ok(Self(text))
        }
    }
}

/// A text to show to people. Any other value is none.
#[derive(Default)]
pub(super) struct Shown(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(value)? {
            Value::String(text) if text.len() <= LONGEST_TEXT => Some(text),
            _ => None,
        }))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub(super) fn has_one_of(&self, wanted: &[String]) -> bool {
        match self {
            Self::One(audience) => wanted.contains(audience),
            Self::Many(audiences) => audiences.iter().any(|audience| wanted.contains(audience)),
        }
    }
}

/// Seconds since 1970, whole ones or not. What is behind the point is dropped.
#[derive(Deserialize)]
#[serde(try_from = "serde_json::Number")]
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl TryFrom<serde_json::Number> for Moment {
    type Error = &'static str;

    fn try_from(number: serde_json::Number) -> Result<Self, Self::Error> {
        seconds(&number)
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map(Self)
            .ok_or("not a moment")
    }
}

fn seconds(number: &serde_json::Number) -> Option<i64> {
    let whole = || number.as_i64().filter(|seconds| *seconds >= 0);
    let broken = || {
        let time = Duration::try_from_secs_f64(number.as_f64()?).ok()?;
        i64::try_from(time.as_secs()).ok()
    };
    if number.is_f64() { broken() } else { whole() }
}
