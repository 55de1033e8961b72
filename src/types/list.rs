//! [`List`]: a PostgreSQL array without nulls.

use std::fmt::Debug;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Array, Integer, Nullable, Text};
use serde::{Deserialize, Serialize};

/// The elements of an array column. The tables' CHECKs keep nulls out; one that is met all the same is an error.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, AsExpression, FromSqlRow, Serialize, Deserialize,
)]
#[diesel(sql_type = Array<Nullable<Integer>>)]
#[diesel(sql_type = Array<Nullable<Text>>)]
#[serde(transparent)]
pub struct List<T: Debug>(pub Vec<T>);

impl<T, ST> FromSql<Array<Nullable<ST>>, Pg> for List<T>
where
    T: Debug,
    Vec<Option<T>>: FromSql<Array<Nullable<ST>>, Pg>,
{
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let elements: Option<Vec<T>> = Vec::from_sql(value)?.into_iter().collect();
        elements
            .map(Self)
            .ok_or_else(|| "null in an array that has none".into())
    }
}

impl<T, ST> ToSql<Array<Nullable<ST>>, Pg> for List<T>
where
    T: Debug,
    ST: 'static,
    Vec<T>: ToSql<Array<ST>, Pg>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Array<ST>, Pg>::to_sql(&self.0, out)
    }
}

impl<T: Debug> From<Vec<T>> for List<T> {
    fn from(elements: Vec<T>) -> Self {
        Self(elements)
    }
}
