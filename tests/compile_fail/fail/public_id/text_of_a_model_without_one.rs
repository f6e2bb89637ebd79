include!("../../shelf.rs");

fn path(id: PublicId<Mark>) -> String {
    format!("/marks/{id}")
}

fn main() {}
