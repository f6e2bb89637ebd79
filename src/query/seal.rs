//! What only the library can name.

/// An argument of methods that only the library and its derives may call or
/// implement. Traits that hold for all types of a kind cannot be sealed by a
/// supertrait: a blanket implementation would open the seal as well.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Seal;
