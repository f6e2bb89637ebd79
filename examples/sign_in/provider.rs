//! A provider of identities: what a real one does over HTTPS, with a key that everybody knows.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

pub(crate) const ISSUER: &str = "https://id.example.com";

/// The example of a private key in RFC 8410, section 10.3.
const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

/// What the provider shows under its `jwks_uri`.
pub(crate) fn keys() -> Result<String, Box<dyn Error + Send + Sync>> {
    let public = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "1", "use": "sig", "x": public});
    Ok(json!({ "keys": [key] }).to_string())
}

/// What somebody gets who has signed in there.
pub(crate) fn token(subject: &str) -> Result<String, Box<dyn Error>> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("1".to_owned());
    let name = format!("{}{}", subject[..1].to_uppercase(), &subject[1..]);
    let claims = json!({
        "iss": ISSUER,
        "aud": "gear",
        "sub": format!("user-{subject}"),
        "exp": chrono::Utc::now().timestamp() + 300,
        "name": name,
        "preferred_username": subject,
    });
    Ok(encode(
        &header,
        &claims,
        &EncodingKey::from_ed_der(&STANDARD.decode(PRIVATE)?),
    )?)
}
