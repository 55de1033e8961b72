//! [`kept`]: statements that stay prepared although Diesel cannot see that their text never changes.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement that is parsed once a connection.
pub(crate) struct Kept<Q>(Q);

/// Keeps a statement prepared.
///
/// Diesel does not keep `sql_query`, fragments by `sql` and any `UPDATE`, because their texts may be without number. This is
/// for those that have one text, or a few: a constant, a file, a change set whose columns are fixed. The connection finds the
/// prepared statement by the text. It works for statements whose rows are read: what is executed for its count alone goes
/// through a reference, and Diesel asks the statement within.
pub(crate) fn kept<Q>(statement: Q) -> Kept<Q> {
    Kept(statement)
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, Conn> RunQueryDsl<Conn> for Kept<Q> {}
