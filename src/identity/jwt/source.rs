//! Where a provider's keys come from: the application says.

use std::error::Error as StdError;

/// Fetches the document of a provider's keys, which its discovery document names as
/// `jwks_uri`. A closure is one.
///
/// The library has no HTTP client of its own. Let yours check the server's certificate, give
/// up after some seconds, and read no more than the document may have: who gives these keys
/// says who everybody is.
///
/// ```
/// use tenancy::jwt::Jwks;
///
/// let keys = Jwks::new(|| Ok(std::fs::read_to_string("/etc/gear/jwks.json")?));
/// ```
pub trait KeySource: Send + Sync + 'static {
    /// The document, as it is now.
    ///
    /// # Errors
    ///
    /// Whatever went wrong. It is the source of
    /// [`AuthError::Unavailable`](crate::AuthError::Unavailable) where no keys are known yet.
    fn fetch(&self) -> Result<String, Box<dyn StdError + Send + Sync>>;
}

impl<F> KeySource for F
where
    F: Fn() -> Result<String, Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
{
    fn fetch(&self) -> Result<String, Box<dyn StdError + Send + Sync>> {
        self()
    }
}
