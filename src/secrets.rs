//! Tokens encrypted at rest, and passwords that are only kept as hashes.
//!
//! Tokens are stored in the [Fernet](https://github.com/fernet/spec/blob/master/Spec.md) format, under the key of `ENCRYPTION_KEY`,
//! as the old application stored them: each reads what the other wrote. A token's age is not checked.
//!
//! ```
//! use spending_db::secrets::{EncryptionKey, Keyring, Token};
//!
//! # fn main() -> spending_db::Result<()> {
//! let keyring = Keyring::new(EncryptionKey::generate()?);
//! let stored = keyring.encrypt(&Token::new("made-up-access-token"))?;
//! assert!(stored.as_stored().starts_with("gAAAAA"));
//! let token = keyring.decrypt(&stored).expect("the same key");
//! assert_eq!(token.expose(), "made-up-access-token");
//! assert_eq!(format!("{token:?} {keyring:?}"), "*** Keyring(1 key)");
//! # Ok(())
//! # }
//! ```
//!
//! A new key goes before the old ones, separated by commas: `ENCRYPTION_KEY=new,old`. The first encrypts, all decrypt.
//! After `spending-db secrets rotate` nothing needs the old ones any more.

mod fernet;
mod key;
mod keyring;
mod password_hash;
mod sensitive;

pub use key::EncryptionKey;
pub use keyring::{Keyring, Opened};
pub use password_hash::PasswordHash;
pub use sensitive::{Password, Token};

use crate::{Error, Result};

/// Bytes that nobody can foretell.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::io("the system's random numbers", error.into()))?;
    Ok(bytes)
}
