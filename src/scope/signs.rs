//! Signs of texts that are shown to people: which are seen, and stay at their place.

use std::fmt::Write as _;

/// Whether a sign stays within its line, and where it stands. (Unicode's marks of direction:
/// UAX #9, section 2.)
pub(crate) fn is_shown(sign: char) -> bool {
    let turns = matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !sign.is_control() && !turns
}

/// Whether each sign is seen, and stays within its line and at its place.
pub(crate) fn is_legible(text: &str) -> bool {
    text.chars().all(is_seen)
}

/// Whether there is a letter or a digit to read.
pub(crate) fn has_words(text: &str) -> bool {
    text.chars()
        .any(|sign| sign.is_alphanumeric() && is_seen(sign))
}

fn is_seen(sign: char) -> bool {
    is_shown(sign) && !is_unseen(sign) && !is_nobodys(sign)
}

/// Signs that a reader may leave out (Unicode's `Default_Ignorable_Code_Point`), the marks of
/// notes within a line, and the Braille sign without a dot.
fn is_unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Signs that stand for nothing that all agree on: for private use, or no characters at all.
fn is_nobodys(sign: char) -> bool {
    let code = u32::from(sign);
    let is_private = matches!(
        sign,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}'
    );
    is_private || matches!(sign, '\u{fdd0}'..='\u{fdef}') || code & 0xfffe == 0xfffe
}

/// A value of a field `key=value`: as it is where it holds nothing but letters and digits of ASCII
/// and `_-.:@/+`, else in quotes, in which a backslash stands before quotes, backslashes and
/// whatever is not seen, so that no value looks like another field or another line.
pub(super) fn field_value(text: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "_-.:@/+".contains(sign);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut quoted = "\"".to_owned();
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            sign if is_seen(sign) => quoted.push(sign),
            // Writing to a `String` does not fail.
            sign => drop(write!(quoted, "\\u{{{:x}}}", u32::from(sign))),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_no_word() {
        for text in [
            "",
            " ",
            "\u{a0}",
            "...",
            "\u{fe0f}",
            "\u{1d173}",
            "\u{ffff}",
            "\u{3164}",
            "\u{e000}",
        ] {
            assert!(!has_words(text), "{text:?}");
        }
        for text in ["5", "ä", "客户", "مشکل", "🎉 done"] {
            assert!(has_words(text) && is_legible(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_seen_is_not_legible() {
        for sign in [
            '\u{fe0f}',
            '\u{1d173}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{fdd0}',
            '\u{e000}',
            '\u{10ffff}',
            '\u{200d}',
            '\u{202e}',
            '\n',
        ] {
            assert!(!is_legible(&format!("a{sign}b")), "{sign:?}");
        }
    }

    #[test]
    fn no_value_looks_like_another_field() {
        for (value, field) in [
            ("5", "5"),
            ("0190-ab_c.d:e@f/g+h", "0190-ab_c.d:e@f/g+h"),
            ("", "\"\""),
            ("5 caller=olga", "\"5 caller=olga\""),
            ("a=b", "\"a=b\""),
            ("5\n2026 ERROR", "\"5\\n2026 ERROR\""),
            ("a\"b\\", "\"a\\\"b\\\\\""),
            ("größer", "\"größer\""),
            ("a\u{202e}\u{200b}b", "\"a\\u{202e}\\u{200b}b\""),
        ] {
            assert_eq!(field_value(value), field);
        }
    }
}
