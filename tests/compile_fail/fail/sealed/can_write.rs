use tenancy::{CanWrite, ReadOnly};

impl CanWrite for ReadOnly {}

fn main() {}
