//! The tables: a module a domain, a file a table, with its row, its insert, its change set and its plain queries.
//!
//! Every function takes the connection first. Where a row has an owner, so does the function, and it finds, changes and
//! deletes only what belongs to that user; [`EVERYONE`](crate::types::EVERYONE) is for work that is done for all.

pub mod amazon;
pub mod apple;
pub mod core;
pub mod enrichment;
pub mod gmail;
pub mod legacy;
pub mod rules;
pub mod system;
pub mod truelayer;

use diesel::dsl;
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

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
    dsl::AsExprOf<bool, Nullable<Bool>>:
        BoxableExpression<T, Pg, SqlType = Nullable<Bool>> + 'static,
{
    match owner {
        Some(owner) => Box::new(condition(owner)),
        None => Box::new(true.into_sql::<Nullable<Bool>>()),
    }
}

/// [`Error::NotFound`] where a statement that should have hit one row hit none.
pub(crate) fn one_row(affected: usize) -> Result<()> {
    if affected == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}
