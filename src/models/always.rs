//! [`Always`]: the condition that all rows fulfil.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable};

/// `TRUE` in the statement's text. A bound `true` would stay in the plan of a prepared statement as a question that each
/// execution asks.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub(super) struct Always;

impl Expression for Always {
    type SqlType = Nullable<Bool>;
}

impl<T> AppearsOnTable<T> for Always {}

impl<T> SelectableExpression<T> for Always {}

impl QueryFragment<Pg> for Always {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("TRUE");
        Ok(())
    }
}
