use tenancy::{ReadWrite, Scope};

struct Everything;

impl Scope for Everything {
    type Key = i64;
    type Access = ReadWrite;

    fn key(&self) -> &i64 {
        &2
    }

    fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        None
    }
}

fn main() {}
