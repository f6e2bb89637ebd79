use tenancy::ScopedConnection;

struct Mine;

impl ScopedConnection for Mine {}

fn main() {}
