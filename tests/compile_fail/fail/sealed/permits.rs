use tenancy::{Permits, ReadOnly};

impl<W> Permits<W> for ReadOnly {}

fn main() {}
