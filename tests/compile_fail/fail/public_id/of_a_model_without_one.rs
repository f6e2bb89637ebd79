include!("../../shelf.rs");

fn show(marks: &Repo<Mark>, id: PublicId<Book>) {
    let _ = marks.find_public(id);
}

fn main() {}
