use tenancy::Visibility;

enum Everything {}

impl<T: tenancy::ScopedTable> Visibility<T> for Everything {}

fn main() {}
