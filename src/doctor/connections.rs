//! Who is connected, who holds up whom, and what was left behind.

mod blocked;
mod leftovers;
mod room;
mod transactions;

use super::{Area, Check, MONITOR};

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Connections,
        subject: "the number of connections",
        granted_by: MONITOR,
        run: room::room,
    },
    Check {
        area: Area::Connections,
        subject: "open transactions",
        granted_by: MONITOR,
        run: transactions::transactions,
    },
    Check {
        area: Area::Connections,
        subject: "blocked sessions",
        granted_by: MONITOR,
        run: blocked::blocked,
    },
    Check {
        area: Area::Connections,
        subject: "prepared transactions",
        granted_by: &[],
        run: leftovers::prepared,
    },
    Check {
        area: Area::Connections,
        subject: "replication slots",
        granted_by: MONITOR,
        run: leftovers::slots,
    },
];
