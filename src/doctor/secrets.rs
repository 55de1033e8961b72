//! How tokens are stored, and whether this program can read them. Only counts are told.

use super::{Area, Check, READ_TABLES};

#[cfg(feature = "secrets")]
mod with_keys;
mod without_keys;

pub(super) const CHECKS: &[Check] = &[Check {
    area: Area::Secrets,
    subject: "tokens",
    granted_by: READ_TABLES,
    #[cfg(feature = "secrets")]
    run: with_keys::tokens,
    #[cfg(not(feature = "secrets"))]
    run: without_keys::tokens,
}];
