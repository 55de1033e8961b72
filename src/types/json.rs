//! [`Json`]: a document on its way into a `jsonb` column; [`Document`]: one on its way out of a statement.

use std::collections::BTreeMap;
use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Jsonb;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use crate::{Error, Result};

/// The version of the binary form of `jsonb`.
const VERSION: u8 = 1;

/// JSON as it was serialised, so that its decimals keep their digits.
#[derive(Debug, Clone, AsExpression)]
#[diesel(sql_type = Jsonb)]
pub(crate) struct Json(Box<RawValue>);

impl Json {
    /// An object with one member.
    pub(crate) fn object(key: &str, value: &impl Serialize) -> Result<Self> {
        to_raw_value(&BTreeMap::from([(key, value)]))
            .map(Self)
            .map_err(|error| Error::invalid(key, error.to_string()))
    }
}

impl ToSql<Jsonb, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[VERSION])?;
        out.write_all(self.0.get().as_bytes())?;
        Ok(IsNull::No)
    }
}

/// What a statement puts together as JSON, read as what it stands for. Money in it is a JSON text.
#[derive(Debug, FromSqlRow)]
pub(crate) struct Document<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for Document<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(text_of_jsonb(&value)?)?))
    }
}

/// The text of a value of the type `jsonb`.
pub(crate) fn text_of_jsonb<'v>(value: &'v PgValue<'_>) -> deserialize::Result<&'v str> {
    match value.as_bytes() {
        [VERSION, text @ ..] => Ok(str::from_utf8(text)?),
        _ => Err("not the binary form of jsonb that is known".into()),
    }
}
