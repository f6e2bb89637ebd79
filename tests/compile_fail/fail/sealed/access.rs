use tenancy::Access;

#[derive(Debug)]
enum Anything {}

impl Access for Anything {
    const WRITES: bool = true;
}

fn main() {}
