#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::Scoped;

struct Secret;

impl Scoped for Secret {
    type Table = units::table;
    type Id = i64;
    type Key = i64;
    type IdPredicate = ();

    fn id_predicate(_: i64) {}
}

fn main() {}
