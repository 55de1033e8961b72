//! Which matchers keep each other out.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::Result;

/// Matchers that may take the same purchases or the same payments.
#[derive(Clone, Copy)]
pub(super) enum Family {
    /// Retail orders, Business orders and returns: a payment has one order, of either kind.
    Amazon,
    /// App Store purchases.
    Apple,
}

/// Whom a matcher keeps out.
#[derive(Clone, Copy)]
pub(super) enum Among {
    /// Every other matcher of the family: purchases have no owner, so two users' runs would take the same.
    All,
    /// A run over all payments only.
    Runs,
}

/// Waits for the matchers that this one must not meet, and keeps them out until the transaction ends.
pub(super) fn lock(conn: &mut PgConnection, family: Family, among: Among) -> Result<()> {
    let name = match family {
        Family::Amazon => "match amazon",
        Family::Apple => "match apple",
    };
    let key = format!("(hashtext('spending-db: {name}'))");
    conn.batch_execute(&match among {
        Among::All => format!("SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock{key}"),
        Among::Runs => format!("SELECT pg_advisory_xact_lock_shared{key}"),
    })?;
    Ok(())
}
