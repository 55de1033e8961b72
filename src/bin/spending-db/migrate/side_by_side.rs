//! `spending-db migrate side-by-side`.

use clap::{Args, ValueEnum};
use diesel::PgConnection;
use serde_json::json;
use spending_db::Result;
use spending_db::migrations::Options;
use spending_db::migrations::side_by_side::{is_on, switch_off, switch_on};

use crate::output::Output;

#[derive(Args)]
pub(super) struct Arguments {
    action: Action,
}

#[derive(Clone, Copy, ValueEnum)]
enum Action {
    /// Let old code store Gmail receipts and mails, in one mailbox a message
    On,
    /// End that, when no old code is left
    Off,
    /// Tell which it is
    Status,
}

pub(super) fn run(
    conn: &mut PgConnection,
    options: &Options,
    output: &Output,
    arguments: &Arguments,
) -> Result<()> {
    let changed = match arguments.action {
        Action::On => switch_on(conn, options)?,
        Action::Off => switch_off(conn, options)?,
        Action::Status => false,
    };
    let on = is_on(conn)?;
    output.answer(&json!({ "on": on, "changed": changed }), |out| {
        writeln!(
            out,
            "old code {} store Gmail receipts and mails{}",
            if on { "can" } else { "cannot" },
            if changed { " from now on" } else { "" }
        )
    })
}
