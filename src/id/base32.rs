//! UUIDs in 26 characters: the suffix of a TypeID (specification 0.3.0,
//! <https://github.com/jetify-com/typeid/tree/main/spec>), which is Crockford's base 32 in
//! lower case, the most significant digit first.

use uuid::Uuid;

use super::InvalidId;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
pub(super) const LENGTH: usize = 26;

pub(super) fn encode(id: Uuid) -> String {
    let number = id.as_u128();
    (0..LENGTH)
        .rev()
        .map(|place| {
            // Five bits are an index of the table, always.
            let digit = (number >> (5 * place)) & 31;
            char::from(DIGITS[digit as usize])
        })
        .collect()
}

/// None for what is no suffix, or one of more than 128 bits.
pub(super) fn decode(text: &str) -> Option<Uuid> {
    if text.len() != LENGTH {
        return None;
    }
    text.bytes()
        .try_fold(0_u128, |number, letter| {
            let digit = DIGITS.iter().position(|digit| *digit == letter)?;
            number.checked_mul(32)?.checked_add(digit as u128)
        })
        .map(Uuid::from_u128)
}

/// The UUID behind `expected_`, in the text of an id.
pub(super) fn behind_prefix(text: &str, expected: &'static str) -> Result<Uuid, InvalidId> {
    // A prefix may hold a `_`, and a suffix never does.
    let (prefix, suffix) = text.rsplit_once('_').ok_or(InvalidId::Malformed)?;
    let raw = decode(suffix).ok_or(InvalidId::Malformed)?;
    if prefix == expected {
        Ok(raw)
    } else {
        Err(InvalidId::OtherPrefix { expected })
    }
}

/// Whether it is the nil or the max UUID, which no row has.
pub(super) fn is_nobodys(raw: Uuid) -> bool {
    raw.is_nil() || raw.is_max()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `valid.json` of the specification.
    const VALID: [(&str, &str); 8] = [
        (
            "00000000000000000000000000",
            "00000000-0000-0000-0000-000000000000",
        ),
        (
            "00000000000000000000000001",
            "00000000-0000-0000-0000-000000000001",
        ),
        (
            "0000000000000000000000000a",
            "00000000-0000-0000-0000-00000000000a",
        ),
        (
            "0000000000000000000000000g",
            "00000000-0000-0000-0000-000000000010",
        ),
        (
            "00000000000000000000000010",
            "00000000-0000-0000-0000-000000000020",
        ),
        (
            "7zzzzzzzzzzzzzzzzzzzzzzzzz",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ),
        (
            "0123456789abcdefghjkmnpqrs",
            "0110c853-1d09-52d8-d73e-1194e95b5f19",
        ),
        (
            "01h455vb4pex5vsknk084sn02q",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ),
    ];

    #[test]
    fn the_examples_of_the_specification() {
        for (text, id) in VALID {
            let id: Uuid = id.parse().unwrap();
            assert_eq!(encode(id), text);
            assert_eq!(decode(text), Some(id));
        }
    }

    #[test]
    fn what_the_specification_refuses() {
        for text in [
            "",
            "8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "0123456789ABCDEFGHJKMNPQRS",
            "1234567890123456789012345",
            "123456789012345678901234567",
            "1234567890123456789012345 ",
            "123456789-123456789-123456",
            "ooooooooooiiiiiiuuuuuulll0",
            "i23456789ol23456789oi23456",
            "ä23456789ol23456789oi2345",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
