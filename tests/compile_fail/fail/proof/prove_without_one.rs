#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    let mut conn = SqliteConnection::establish("some.db").unwrap();
    let _ = tenancy::prove::<Thing, Thing, _>(&mut conn, "digest");
}
