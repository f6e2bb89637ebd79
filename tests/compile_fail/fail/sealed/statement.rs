use tenancy::Statement;

struct Anything;

impl Statement for Anything {
    type Key = i64;
    type Asks = ();
    const VERB: &'static str = "anything";

    fn key(&self) -> &i64 {
        &2
    }
}

fn main() {}
