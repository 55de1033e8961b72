//! The tables: a module a domain, a file a table, with its row, its insert, its change set and its plain queries.
//!
//! Every function takes the connection first. Where a row has an owner, so does the function, and it finds, changes and
//! deletes only what belongs to that user; [`EVERYONE`](crate::types::EVERYONE) is for work that is done for all.

mod always;
pub mod amazon;
pub mod apple;
pub mod core;
pub mod enrichment;
pub mod gmail;
pub mod legacy;
mod page;
pub mod rules;
pub mod system;
#[cfg(feature = "secrets")]
pub mod tokens;
pub mod truelayer;

use diesel::dsl;
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Nullable};

use self::always::Always;
pub use self::page::Page;

use crate::types::UserId;
use crate::{Error, Result};

/// A condition on the rows of a table.
pub(crate) type Filter<T> = Box<dyn BoxableExpression<T, Pg, SqlType = Nullable<Bool>>>;

/// The ids of a table's rows, to look for in another table.
pub(crate) type Ids<T, Id> = dsl::IntoBoxed<'static, dsl::Select<T, Id>, Pg>;

/// A condition that holds for a user's rows, or for all rows where there is no user.
fn owned<T, F>(owner: Option<UserId>, condition: impl FnOnce(UserId) -> F) -> Filter<T>
where
    F: BoxableExpression<T, Pg, SqlType = Nullable<Bool>> + 'static,
    Always: BoxableExpression<T, Pg, SqlType = Nullable<Bool>>,
{
    given(owner, condition)
}

/// A condition on a value, or one that holds for all rows where there is no value.
fn given<T, V, F>(value: Option<V>, condition: impl FnOnce(V) -> F) -> Filter<T>
where
    F: BoxableExpression<T, Pg, SqlType = Nullable<Bool>> + 'static,
    Always: BoxableExpression<T, Pg, SqlType = Nullable<Bool>>,
{
    match value {
        Some(value) => Box::new(condition(value)),
        None => Box::new(Always),
    }
}

/// What `LIMIT` takes for at most that many rows, or for all.
pub(crate) fn at_most(rows: Option<u32>) -> i64 {
    rows.map_or(i64::MAX, i64::from)
}

/// [`Error::NotFound`] where a statement that should have hit one row hit none.
pub(crate) fn one_row(affected: usize) -> Result<()> {
    if affected == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

/// [`Error::InvalidInput`] where a text is empty or only white space.
fn not_blank(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        Err(Error::invalid(field, "is blank"))
    } else {
        Ok(())
    }
}
