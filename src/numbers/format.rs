//! What a number looks like, as `INV-{year}-{number:4}`: read when it is declared, at best by the
//! compiler, and when a number is written.

use chrono::{Datelike, NaiveDate};

/// As the columns of the table have it.
const LONGEST: usize = 64;

/// What stands in a format from one place to another.
#[derive(Clone, Copy)]
enum Part {
    Text,
    Year,
    Month,
    Number { width: usize },
}

/// When the count begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Never,
    Year,
    Month,
}

const NO_NAME: &str = "the name of a series is 1 to 64 signs of ASCII that are seen";
const TOO_LONG: &str = "a format of numbers is 64 bytes at most";
const NOT_SEEN: &str = "a format of numbers holds no sign that is not seen";
const OPEN: &str = "braces stand around `year`, `month`, `number`, or `number:4` in a format of \
                    numbers, and nowhere else";
const WIDTH: &str = "a number is 1 to 19 digits wide: `{number:4}`";
const NO_NUMBER: &str = "a format of numbers has one `{number}`";
const NO_YEAR: &str = "a format of numbers with a `{month}` has its `{year}` too: else each year \
                       would give the same numbers";

pub(super) const fn check_name(name: &str) -> Result<(), &'static str> {
    let name = name.as_bytes();
    if name.is_empty() || name.len() > LONGEST {
        return Err(NO_NAME);
    }
    let mut at = 0;
    while at < name.len() {
        if !name[at].is_ascii_graphic() {
            return Err(NO_NAME);
        }
        at += 1;
    }
    Ok(())
}

/// When numbers of this format begin anew.
pub(super) const fn check(format: &str) -> Result<Period, &'static str> {
    let format = format.as_bytes();
    if format.len() > LONGEST {
        return Err(TOO_LONG);
    }
    let (mut numbers, mut years, mut months) = (0, 0, 0);
    let mut at = 0;
    while at < format.len() {
        let (part, end) = match read(format, at) {
            Ok(read) => read,
            Err(problem) => return Err(problem),
        };
        match part {
            Part::Text => {}
            Part::Year => years += 1,
            Part::Month => months += 1,
            Part::Number { .. } => numbers += 1,
        }
        at = end;
    }
    if numbers != 1 {
        return Err(NO_NUMBER);
    }
    match (years > 0, months > 0) {
        (false, false) => Ok(Period::Never),
        (true, false) => Ok(Period::Year),
        (true, true) => Ok(Period::Month),
        (false, true) => Err(NO_YEAR),
    }
}

/// What begins at this place, and where it ends.
const fn read(format: &[u8], from: usize) -> Result<(Part, usize), &'static str> {
    if format[from] == b'{' {
        return read_braces(format, from + 1);
    }
    let mut at = from;
    while at < format.len() && format[at] != b'{' {
        if format[at] == b'}' {
            return Err(OPEN);
        }
        if format[at].is_ascii_control() {
            return Err(NOT_SEEN);
        }
        at += 1;
    }
    Ok((Part::Text, at))
}

const fn read_braces(format: &[u8], from: usize) -> Result<(Part, usize), &'static str> {
    const NUMBER: &[u8] = b"number:";
    let mut end = from;
    while end < format.len() && format[end] != b'}' {
        end += 1;
    }
    if end == format.len() {
        return Err(OPEN);
    }
    let part = if is(format, from, end, b"year") {
        Part::Year
    } else if is(format, from, end, b"month") {
        Part::Month
    } else if is(format, from, end, b"number") {
        Part::Number { width: 1 }
    } else if end > from + NUMBER.len() && is(format, from, from + NUMBER.len(), NUMBER) {
        match read_width(format, from + NUMBER.len(), end) {
            Ok(width) => Part::Number { width },
            Err(problem) => return Err(problem),
        }
    } else {
        return Err(OPEN);
    };
    Ok((part, end + 1))
}

const fn read_width(format: &[u8], from: usize, end: usize) -> Result<usize, &'static str> {
    let (mut width, mut at) = (0, from);
    while at < end {
        if !format[at].is_ascii_digit() || width > 19 {
            return Err(WIDTH);
        }
        width = width * 10 + (format[at] - b'0') as usize;
        at += 1;
    }
    if width == 0 || width > 19 {
        return Err(WIDTH);
    }
    Ok(width)
}

const fn is(format: &[u8], from: usize, end: usize, word: &[u8]) -> bool {
    if end - from != word.len() {
        return false;
    }
    let mut at = 0;
    while at < word.len() {
        if format[from + at] != word[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A number in a format that was checked.
pub(super) fn write(format: &str, number: i64, day: NaiveDate) -> String {
    let mut text = String::with_capacity(format.len());
    let mut at = 0;
    while at < format.len() {
        let Ok((part, end)) = read(format.as_bytes(), at) else {
            break;
        };
        match part {
            Part::Text => text.push_str(format.get(at..end).unwrap_or_default()),
            Part::Year => text.push_str(&year(day)),
            Part::Month => text.push_str(&month(day)),
            Part::Number { width } => text.push_str(&format!("{number:0width$}")),
        }
        at = end;
    }
    text
}

fn year(day: NaiveDate) -> String {
    format!("{:04}", day.year())
}

fn month(day: NaiveDate) -> String {
    format!("{:02}", day.month())
}

impl Period {
    /// The period of a day, as it stands in the table.
    pub(super) fn of(self, day: NaiveDate) -> String {
        match self {
            Self::Never => String::new(),
            Self::Year => year(day),
            Self::Month => format!("{}-{}", year(day), month(day)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 9).unwrap()
    }

    #[test]
    fn a_number_is_written_as_its_format_says() {
        for (format, number, text) in [
            ("u{number:3}", 1, "u001"),
            ("u{number:3}", 999, "u999"),
            ("u{number:3}", 1000, "u1000"),
            ("{number}", 7, "7"),
            ("INV-{year}-{number:4}", 1, "INV-2026-0001"),
            ("{year}{month}/{number:2}.", 42, "202603/42."),
            ("№ {number:2} für {year}", 5, "№ 05 für 2026"),
            ("{number:19}", i64::MAX, "9223372036854775807"),
        ] {
            assert!(check(format).is_ok(), "{format}");
            assert_eq!(write(format, number, day()), text, "{format}");
        }
    }

    #[test]
    fn a_format_says_when_the_count_begins_anew() {
        assert_eq!(check("u{number}"), Ok(Period::Never));
        assert_eq!(check("{year}-{number}"), Ok(Period::Year));
        assert_eq!(check("{month}.{year}-{number}"), Ok(Period::Month));
        assert_eq!(Period::Never.of(day()), "");
        assert_eq!(Period::Year.of(day()), "2026");
        assert_eq!(Period::Month.of(day()), "2026-03");
    }

    #[test]
    fn a_format_that_there_cannot_be_is_refused() {
        for (format, problem) in [
            ("", NO_NUMBER),
            ("u", NO_NUMBER),
            ("{year}", NO_NUMBER),
            ("{number}{number}", NO_NUMBER),
            ("{month}-{number}", NO_YEAR),
            ("{number", OPEN),
            ("number}", OPEN),
            ("{}{number}", OPEN),
            ("{Year}-{number}", OPEN),
            ("{yearly}-{number}", OPEN),
            ("{{number}}", OPEN),
            ("{number:}", OPEN),
            ("{number:0}", WIDTH),
            ("{number:20}", WIDTH),
            ("{number:x}", WIDTH),
            ("{number:-4}", WIDTH),
            ("{number:99999999999999999999}", WIDTH),
            ("a\0{number}", NOT_SEEN),
            ("a\n{number}", NOT_SEEN),
        ] {
            assert_eq!(check(format), Err(problem), "{format:?}");
        }
        let long = format!("{}{{number}}", "x".repeat(LONGEST - "{number}".len()));
        assert!(check(&long).is_ok());
        assert_eq!(check(&format!("x{long}")), Err(TOO_LONG));
    }

    #[test]
    fn a_name_is_short_and_seen() {
        for name in ["a", "invoice", "project/17:rfa", &"x".repeat(LONGEST)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "a\0", "ä", "a\n", &"x".repeat(LONGEST + 1)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
