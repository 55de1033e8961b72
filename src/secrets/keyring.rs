//! [`Keyring`]: the keys of a program, newest first.

use std::fmt;

use chrono::Utc;

use super::{EncryptionKey, Token};
use crate::config::Environment;
use crate::types::EncryptedToken;
use crate::{Error, Result};

const VARIABLE: &str = "ENCRYPTION_KEY";

/// The keys that tokens are encrypted with: the newest encrypts, all decrypt.
///
/// `Debug` shows how many there are.
#[derive(Clone)]
pub struct Keyring {
    newest: EncryptionKey,
    older: Vec<EncryptionKey>,
}

/// What a stored token turned out to be.
#[derive(Debug, Clone)]
pub enum Opened {
    /// Encrypted under the newest key.
    Newest(Token),
    /// Encrypted under one of the older keys.
    Older(Token),
    /// Stored in plain text, as the old application did without a key.
    Plain(Token),
    /// Encrypted under a key that is not here, or damaged.
    Unreadable,
}

impl Keyring {
    /// A ring of one key.
    pub const fn new(newest: EncryptionKey) -> Self {
        Self {
            newest,
            older: Vec::new(),
        }
    }

    /// The same with an older key behind all others.
    #[must_use]
    pub fn with_older(mut self, key: EncryptionKey) -> Self {
        self.older.push(key);
        self
    }

    /// The keys of `ENCRYPTION_KEY`, from the environment or `.env`; see [`Keyring::from_environment`].
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::load()?)
    }

    /// The keys of `ENCRYPTION_KEY`: one, or several separated by commas, newest first.
    ///
    /// [`Error::MissingEncryptionKey`] where it is not set, [`Error::Config`] where one of them is no key; the error says which
    /// by its place and does not repeat it.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        let text = environment
            .get(VARIABLE)
            .filter(|text| !text.trim().is_empty())
            .ok_or(Error::MissingEncryptionKey)?;
        let mut keys = (1..).zip(text.split(',')).map(|(place, text)| {
            EncryptionKey::parse(text.trim()).ok_or_else(|| Error::Config {
                variable: VARIABLE.to_owned(),
                reason: format!(
                    "key {place}: takes 32 bytes as 44 characters of URL-safe Base64, several separated by commas"
                ),
            })
        });
        let newest = keys.next().ok_or(Error::MissingEncryptionKey)??;
        let older = keys.collect::<Result<_>>()?;
        Ok(Self { newest, older })
    }

    /// Encrypts a token under the newest key, as of now.
    pub fn encrypt(&self, token: &Token) -> Result<EncryptedToken> {
        let time = u64::try_from(Utc::now().timestamp()).unwrap_or_default();
        self.newest.encrypt(time, token)
    }

    /// The token; `None` where no key opens it. A plain one is given as it is: [`EncryptedToken::is_plain`] tells.
    pub fn decrypt(&self, stored: &EncryptedToken) -> Option<Token> {
        match self.open(stored) {
            Opened::Newest(token) | Opened::Older(token) | Opened::Plain(token) => Some(token),
            Opened::Unreadable => None,
        }
    }

    /// The token, and under which key it was.
    pub fn open(&self, stored: &EncryptedToken) -> Opened {
        if stored.is_plain() {
            return Opened::Plain(Token::new(stored.as_stored()));
        }
        if let Some(token) = self.newest.decrypt(stored) {
            return Opened::Newest(token);
        }
        let older = self.older.iter().find_map(|key| key.decrypt(stored));
        older.map_or(Opened::Unreadable, Opened::Older)
    }

    /// The [version](EncryptionKey::version) of the newest key.
    pub fn version(&self) -> i32 {
        self.newest.version()
    }

    /// The versions of all keys, newest first.
    pub fn versions(&self) -> Vec<i32> {
        let keys = std::iter::once(&self.newest).chain(&self.older);
        keys.map(EncryptionKey::version).collect()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.older.len() {
            0 => f.write_str("Keyring(1 key)"),
            older => write!(f, "Keyring({} keys)", older + 1),
        }
    }
}
