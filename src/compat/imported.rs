//! Imported lists as the old answers count them.

use diesel::prelude::*;
use diesel::result::Error as DieselError;

use super::answer::Answer;
use crate::operations::import::Imported;
use crate::{Error, Result};

/// The pair (imported, duplicates) of an old import.
pub(super) fn pair(imported: u64, duplicates: u64) -> Answer {
    Answer::List(vec![
        Answer::Number(imported.into()),
        Answer::Number(duplicates.into()),
    ])
}

/// What an old import stores: all records or, where one is refused, none; the error names it by its place in the argument.
pub(super) fn whole(
    conn: &mut PgConnection,
    argument: &str,
    import: impl FnOnce(&mut PgConnection) -> Result<Imported>,
) -> Result<Imported> {
    conn.transaction(|conn| {
        let imported = import(conn)?;
        let Some(refused) = imported.refused.first() else {
            return Ok(imported);
        };
        let record = format!("{argument}[{}]", refused.position - 1);
        Err(Error::invalid(record, "is refused by the database"))
    })
}

/// The old answer of the imports of retail orders and refunds: where a record is refused, nothing of the call is kept, and the
/// record counts as a duplicate.
pub(super) fn all_or_nothing(
    conn: &mut PgConnection,
    import: impl FnOnce(&mut PgConnection) -> Result<Imported>,
) -> Result<Answer> {
    let mut answer = Answer::Null;
    let outcome = conn.transaction(|conn| {
        let imported = import(conn)?;
        let refused = imported.refused.len() as u64;
        answer = pair(imported.stored, imported.duplicate + refused);
        if refused == 0 {
            Ok(())
        } else {
            Err(Error::Database(DieselError::RollbackTransaction))
        }
    });
    match outcome {
        Ok(()) | Err(Error::Database(DieselError::RollbackTransaction)) => Ok(answer),
        Err(error) => Err(error),
    }
}
