//! The program `spending-db` as a process of its own.

use std::env::temp_dir;
use std::process::Command;

/// The program with the arguments, and without the settings of whoever runs the tests.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spending-db"));
    command.args(arguments).current_dir(temp_dir());
    let settings = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in settings {
        // Where the server programs are is no setting of the database.
        let is_setting = name != "PG_BIN"
            && (["POSTGRES_", "SPENDING_DB_", "DATABASE_", "PG"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
                || ["TESTING", "RUST_LOG"].contains(&name.as_str()));
        if is_setting {
            command.env_remove(name);
        }
    }
    command
}
