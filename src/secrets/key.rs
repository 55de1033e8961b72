//! [`EncryptionKey`]: what tokens are encrypted with.

use std::fmt;

use base64ct::{Base64Url, Encoding};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::{Token, fernet, random};
use crate::Result;
use crate::types::EncryptedToken;

/// A Fernet key: 32 bytes, of which the first half signs and the second encrypts. Wiped from memory on drop.
#[derive(Clone)]
pub struct EncryptionKey([u8; fernet::KEY]);

impl EncryptionKey {
    /// A new key from the system's random numbers.
    pub fn generate() -> Result<Self> {
        random().map(Self)
    }

    /// Reads a key as `ENCRYPTION_KEY` holds it: 44 characters of URL-safe Base64 that mean 32 bytes; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; fernet::KEY];
        let length = Base64Url::decode(text, &mut bytes).ok()?.len();
        let key = Self(bytes);
        (length == fernet::KEY).then_some(key)
    }

    /// The key as `ENCRYPTION_KEY` takes it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64Url::encode_string(&self.0))
    }

    /// A number that tells this key from others and nothing about it: what `encryption_version` records. At least 2,
    /// because 1 stands for "not recorded".
    pub fn version(&self) -> i32 {
        let mut hash = Sha256::new();
        hash.update(b"spending-db: version of an encryption key");
        hash.update(self.0);
        let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
        (i32::from_be_bytes([a, b, c, d]) & i32::MAX).max(EncryptedToken::UNRECORDED + 1)
    }

    pub(super) fn encrypt(&self, time: u64, token: &Token) -> Result<EncryptedToken> {
        let text = fernet::encrypt(&self.0, time, random()?, token.expose());
        Ok(EncryptedToken::made(text, self.version()))
    }

    pub(super) fn decrypt(&self, token: &EncryptedToken) -> Option<Token> {
        let plain = fernet::decrypt(&self.0, token.as_stored())?;
        Some(Token::new(plain.as_str()))
    }
}

impl Drop for EncryptionKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
