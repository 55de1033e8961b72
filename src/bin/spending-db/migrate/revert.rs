//! `spending-db migrate revert | redo`.

use std::io::{self, Write};

use clap::Args;
use diesel::PgConnection;
use diesel_migrations::EmbeddedMigrations;
use serde_json::json;
use spending_db::Result;
use spending_db::migrations::{Count, Migrator, Reversal, RevertOptions};

use super::list;
use crate::output::Output;

#[derive(Args)]
pub(super) struct Arguments {
    /// How many, counted from the latest
    #[arg(short, long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    number: u16,
    /// All of them
    #[arg(long, conflicts_with = "number")]
    all: bool,
    /// Those after this one, which stays
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["number", "all"])]
    to: Option<String>,
    /// Lose the rows and values that the older schema has no place for
    #[arg(long)]
    lose_data: bool,
    /// Only tell what would be reverted, and what would be lost with it
    #[arg(long, conflicts_with = "lose_data")]
    dry_run: bool,
}

impl Arguments {
    pub(super) fn revert(
        &self,
        conn: &mut PgConnection,
        migrator: &Migrator<EmbeddedMigrations>,
        output: &Output,
    ) -> Result<()> {
        if self.dry_run {
            return self.foretell(conn, migrator, output);
        }
        let done = migrator.revert(conn, self.count(), self.options())?;
        output.answer(&json!({ "reverted": done }), |out| {
            list(out, &done, "reverted", "nothing to revert")
        })
    }

    pub(super) fn redo(
        &self,
        conn: &mut PgConnection,
        migrator: &Migrator<EmbeddedMigrations>,
        output: &Output,
    ) -> Result<()> {
        if self.dry_run {
            return self.foretell(conn, migrator, output);
        }
        let done = migrator.redo(conn, self.count(), self.options())?;
        output.answer(&json!({ "redone": done }), |out| {
            list(out, &done, "redone", "nothing to redo")
        })
    }

    fn foretell(
        &self,
        conn: &mut PgConnection,
        migrator: &Migrator<EmbeddedMigrations>,
        output: &Output,
    ) -> Result<()> {
        let reversals = migrator.reversals(conn, self.count())?;
        output.answer(&json!({ "would_revert": reversals }), |out| {
            tell(out, &reversals)
        })
    }

    fn count(&self) -> Count {
        match &self.to {
            Some(version) => Count::DownTo(version.clone()),
            None if self.all => Count::All,
            None => Count::Last(self.number.into()),
        }
    }

    fn options(&self) -> RevertOptions {
        RevertOptions {
            lose_data: self.lose_data,
        }
    }
}

fn tell(out: &mut dyn Write, reversals: &[Reversal]) -> io::Result<()> {
    if reversals.is_empty() {
        return writeln!(out, "nothing to revert");
    }
    for Reversal { name, losses, .. } in reversals {
        writeln!(out, "would revert {name}")?;
        for loss in losses {
            let word = if loss.is_refused() {
                "is kept from it by"
            } else {
                "would lose"
            };
            writeln!(out, "    {word} {loss}\n        {};", loss.query)?;
        }
    }
    Ok(())
}
