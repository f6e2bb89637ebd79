#[path = "../../plant.rs"]
mod plant;

use plant::*;

diesel::table! {
    notes (id) {
        id -> Text,
        tenant_id -> Text,
    }
}

mod text {
    use super::*;

    #[derive(Scoped)]
    #[diesel(table_name = notes)]
    #[scoped(tenant = tenant_id, text_id = "note")]
    struct Note {
        id: String,
    }
}

mod of_another_model {
    use super::*;

    diesel::table! {
        others (id) {
            id -> Text,
            tenant_id -> Text,
        }
    }

    #[derive(Scoped)]
    #[diesel(table_name = others)]
    #[scoped(tenant = tenant_id, text_id = "other")]
    struct Other {
        id: TextId<Process>,
    }
}

mod number {
    use super::*;

    diesel::table! {
        numbered (id) {
            id -> BigInt,
            tenant_id -> Text,
        }
    }

    #[derive(Scoped)]
    #[diesel(table_name = numbered)]
    #[scoped(tenant = tenant_id, text_id = "number")]
    struct Numbered {
        id: TextId<Numbered>,
    }
}

fn main() {}
