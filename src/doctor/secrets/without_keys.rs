//! Tokens as they look without a key.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::Result;
use crate::doctor::{Area, Finding, words};

/// How many tokens are stored, by their look.
#[derive(QueryableByName)]
pub(super) struct Counts {
    #[diesel(sql_type = BigInt)]
    pub(super) plain: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) encrypted: i64,
}

impl Counts {
    pub(super) fn read(conn: &mut PgConnection) -> Result<Self> {
        Ok(diesel::sql_query(include_str!("tokens.sql")).get_result(conn)?)
    }
}

pub(super) fn in_plain_text(number: impl TryInto<i64>) -> Option<Finding> {
    let number = number.try_into().unwrap_or(i64::MAX);
    (number > 0).then(|| {
        Area::Secrets
            .error(format!("{} in plain text", words::count(number, "token")))
            .causes("whoever reads the database or a backup of it can use them")
            .command("spending-db secrets encrypt")
    })
}

/// Without the feature `secrets` no token can be opened.
#[cfg(not(feature = "secrets"))]
pub(super) fn tokens(conn: &mut PgConnection, _: &crate::doctor::Options) -> Result<Vec<Finding>> {
    let counts = Counts::read(conn)?;
    let found = words::count(counts.encrypted, "encrypted token");
    let finding = in_plain_text(counts.plain).unwrap_or_else(|| Area::Secrets.ok(found));
    Ok(vec![finding])
}
