//! [`Json`]: a document on its way into a `jsonb` column.

use std::collections::BTreeMap;
use std::io::Write;

use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Jsonb;
use serde::Serialize;
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
