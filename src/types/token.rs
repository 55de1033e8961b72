//! [`EncryptedToken`]: a token as its column holds it; [`TokenPlace`]: where that is.

use std::fmt;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Serialize, Serializer};

/// An access or refresh token as it is stored: ciphertext of the Fernet format.
///
/// `Keyring::encrypt` makes one and `Keyring::decrypt` reads one (feature `secrets`); a plain text becomes one only through
/// [`EncryptedToken::from_stored`], which is for text that is a column's already. `Debug` and `Serialize` give `***`.
#[derive(Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct EncryptedToken {
    text: String,
    key_version: Option<i32>,
}

/// What every Fernet token begins with until the year 2106: the version and the high bytes of the time.
const FERNET: &str = "gAAAAA";

impl EncryptedToken {
    /// What `encryption_version` holds where the key of a row's tokens was not recorded.
    pub const UNRECORDED: i32 = 1;

    /// The text of a column as it is, from a caller that encrypts by itself. Nothing is encrypted here.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            key_version: None,
        }
    }

    /// What the key with this version made.
    #[cfg(feature = "secrets")]
    pub(crate) fn made(text: String, key_version: i32) -> Self {
        Self {
            text,
            key_version: Some(key_version),
        }
    }

    /// The text of the column as it is, for a caller that decrypts by itself.
    pub fn as_stored(&self) -> &str {
        &self.text
    }

    /// Whether it is no ciphertext: the old application stored plain text where it had no key.
    ///
    /// What begins like a Fernet token counts as one, also where it is damaged: damage is never taken for a token.
    pub fn is_plain(&self) -> bool {
        !self.text.starts_with(FERNET)
    }

    /// Whether there is none: a connection that was given up keeps empty texts.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What `encryption_version` is to hold beside it: the version of the key that made it, or
    /// [`UNRECORDED`](Self::UNRECORDED) where it was made elsewhere.
    pub fn key_version(&self) -> i32 {
        self.key_version.unwrap_or(Self::UNRECORDED)
    }
}

impl PartialEq for EncryptedToken {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for EncryptedToken {}

impl fmt::Debug for EncryptedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for EncryptedToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

impl ToSql<Text, Pg> for EncryptedToken {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Text, Pg>::to_sql(&self.text, out)
    }
}

impl FromSql<Text, Pg> for EncryptedToken {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text: String = FromSql::<Text, Pg>::from_sql(value)?;
        Ok(Self::from_stored(text))
    }
}

/// Where a token is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TokenPlace {
    /// The table of the connection.
    pub table: &'static str,
    /// The connection.
    pub id: i32,
    /// `access_token` or `refresh_token`.
    pub column: &'static str,
}

impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, id, column } = self;
        write!(f, "{table} {id}, {column}")
    }
}
