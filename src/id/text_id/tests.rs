//! What is read as an id, and what is not.

use super::*;

#[derive(Debug)]
struct Process;

impl crate::__private::SealedModel for Process {}

impl HasTextId for Process {
    const PATH: &'static str = "here::Process";
    type Coin = Big;
}

struct Big;

impl Coin for Big {
    const PREFIX: &'static str = "big_proc";
    const BY_TIME: bool = false;
}

const TEXT: &str = "big_proc_01h455vb4pex5vsknk084sn02q";

fn read(text: &str) -> Result<TextId<Process>, InvalidId> {
    text.parse()
}

#[test]
fn an_id_is_its_text() {
    let id = read(TEXT).unwrap();
    assert_eq!(id.as_str(), TEXT);
    assert_eq!(id.to_string(), TEXT);
    assert_eq!(format!("{id:>40}"), format!("{TEXT:>40}"));
    assert_eq!(format!("{id:?}"), format!("TextId({TEXT})"));
    assert_eq!(TextId::try_from(TEXT), Ok(id));
    let later = read("big_proc_01h455vb4pex5vsknk084sn02r").unwrap();
    assert!(id < later && id != later);
}

#[test]
fn other_texts_are_no_ids() {
    for text in [
        "",
        "_",
        "big_proc",
        "big_proc_",
        "01h455vb4pex5vsknk084sn02q",
        "big_proc01h455vb4pex5vsknk084sn02q",
        "big_proc-01h455vb4pex5vsknk084sn02q",
        "big_proc_01H455VB4PEX5VSKNK084SN02Q",
        "BIG_PROC_01H455VB4PEX5VSKNK084SN02Q",
        "big_proc_81h455vb4pex5vsknk084sn02q",
        "big_proc_01h455vb4pex5vsknk084sn02",
        "big_proc_01h455vb4pex5vsknk084sn02q0",
        "big_proc_01h455vb4pex5vsknk084sn02q ",
        "big_proc_01h455vb4pex5vsknk084sn02\u{661}",
        "big_proc_\u{430}1h455vb4pex5vsknk084sn02",
        "big_proc_01h455vb4pex5vsknk084sn02q\0",
        "big_proc_00000000-0000-7000-8000-0001",
    ] {
        assert_eq!(read(text), Err(InvalidId::Malformed), "{text}");
    }
    assert_eq!(read(&"x_".repeat(1 << 20)), Err(InvalidId::Malformed));
    assert_eq!(read(&"0".repeat(1 << 20)), Err(InvalidId::Malformed));
}

#[test]
fn an_id_of_another_kind_is_told_by_its_own_prefix() {
    let expected = "big_proc";
    for text in [
        "proc_01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        " big_proc_01h455vb4pex5vsknk084sn02q",
        "Big_Proc_01h455vb4pex5vsknk084sn02q",
        "big_pr\u{43e}c_01h455vb4pex5vsknk084sn02q",
        "big_proc__01h455vb4pex5vsknk084sn02q",
        "big_proc_big_proc_01h455vb4pex5vsknk084sn02q",
        &format!("{}_01h455vb4pex5vsknk084sn02q", "x".repeat(1 << 20)),
    ] {
        let refused = read(text).unwrap_err();
        assert_eq!(refused, InvalidId::OtherPrefix { expected });
        assert_eq!(
            refused.to_string(),
            "an id of another kind: this one begins with `big_proc_`"
        );
    }
}

#[test]
fn nobodys_ids_are_refused() {
    for suffix in ["00000000000000000000000000", "7zzzzzzzzzzzzzzzzzzzzzzzzz"] {
        let refused = read(&format!("big_proc_{suffix}"));
        assert_eq!(refused, Err(InvalidId::Nobody));
    }
}

#[test]
fn an_id_is_a_tenants_key() {
    let id = read(TEXT).unwrap();
    assert_eq!(id.as_key(), KeyRef::Text(TEXT));
    assert_eq!(id.duplicate(), id);
    assert_eq!(crate::key::from_text::<TextId<Process>>(TEXT), Some(id));
    let other = "proc_01h455vb4pex5vsknk084sn02q";
    assert_eq!(crate::key::from_text::<TextId<Process>>(other), None);
    assert_eq!(<TextId<Process>>::key_kind(), "here::Process");
    assert_eq!(<TextId<Process>>::lasting_kind(), "big_proc");
}

#[cfg(feature = "serde")]
#[test]
fn an_id_is_serialized_as_its_text() {
    let id = read(TEXT).unwrap();
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, format!("\"{TEXT}\""));
    let read = serde_json::from_str::<TextId<Process>>;
    assert_eq!(read(&json).unwrap(), id);
    for json in ["\"proc_01h455vb4pex5vsknk084sn02q\"", "\"\"", "7", "null"] {
        let refused = read(json).unwrap_err();
        assert!(!refused.to_string().contains("01h455"), "{refused}");
    }
}
