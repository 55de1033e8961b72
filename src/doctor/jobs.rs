//! Background jobs that do not get on.

mod old;
mod queue;

use super::{Area, Check, READ_TABLES};

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Jobs,
        subject: "the queue",
        granted_by: READ_TABLES,
        run: queue::queue,
    },
    Check {
        area: Area::Jobs,
        subject: "runs of the old application",
        granted_by: READ_TABLES,
        run: old::stalled,
    },
    Check {
        area: Area::Jobs,
        subject: "enrichment failures",
        granted_by: READ_TABLES,
        run: old::enrichment_failures,
    },
];
