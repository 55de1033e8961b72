//! Reverting, and what it would lose.

use std::collections::HashMap;

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::MigrationHarness;

use super::applied::applied;
use super::danger::{Danger, lock_tables, losses_then, losses_today};
use super::diagnosis::Direction;
use super::lock::MigrationLock;
use super::loss::{Loss, Reversal};
use super::rehearsal::rehearse;
use super::texts::version_of;
use super::{
    Count, Done, Migrations, Migrator, Outcome, apply, refuse_within_transaction, side_by_side,
    version,
};
use crate::error::{Error, Result};

/// How migrations are reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RevertOptions {
    /// Whether rows and values that the older schema has no place for may be lost; otherwise nothing is reverted where there
    /// are any.
    pub lose_data: bool,
}

impl<S: MigrationSource<Pg>> Migrator<S> {
    /// The migrations that [`Migrator::revert`] would revert, in that order, each with the rows and values that it would lose.
    ///
    /// Changes nothing. The applied migrations are run in a schema of its own, on empty tables, and the chosen ones taken back
    /// there, in a transaction that is rolled back: that needs the right to make a schema, and shows which tables and columns
    /// go and which rules come back. What is lost is then counted in the tables that are there, without a lock on them. What a
    /// reversal deletes or changes by `DELETE` or `UPDATE` is not seen: no migration of this crate does that.
    ///
    /// [`Error::InvalidInput`] and [`Error::NewerDatabase`] as in [`Migrator::revert`]; [`Error::Migration`] where a migration
    /// cannot be run or taken back in a schema of its own. One that does not run in a transaction can where it is this crate's
    /// (there is nothing to build concurrently on empty tables), and cannot where it is of another source.
    pub fn reversals(&self, conn: &mut PgConnection, count: Count) -> Result<Vec<Reversal>> {
        refuse_within_transaction(conn)?;
        let mut lock = MigrationLock::take(conn, &self.options)?;
        let chosen = self.applied_migrations(&mut lock, count)?;
        let dangers = self.dangers(&mut lock, &chosen)?;
        foreseen(&mut lock, &chosen, &dangers)
    }

    /// Reverts applied migrations, the latest first, each in a transaction of its own, and tells which.
    ///
    /// [`Error::DataLoss`] where data would be lost without consent, or where the older schema refuses rows that are there:
    /// nothing is reverted then. What is lost is counted again when its table is locked; where somebody wrote data meanwhile
    /// that would be lost without consent, the migrations before it are reverted, and no more. With consent, [`Done::lost`]
    /// tells what was lost.
    ///
    /// [`Error::InvalidInput`] where there are not as many or no such version, [`Error::NewerDatabase`] where one of them is
    /// unknown to the program: nothing is reverted then. [`Error::Migration`] where one cannot be reverted; those before it are.
    pub fn revert(
        &self,
        conn: &mut PgConnection,
        count: Count,
        options: RevertOptions,
    ) -> Result<Vec<Done>> {
        refuse_within_transaction(conn)?;
        let mut lock = MigrationLock::take(conn, &self.options)?;
        let chosen = self.applied_migrations(&mut lock, count)?;
        self.take_back(&mut lock, &chosen, options)
    }

    /// Reverts applied migrations as [`Migrator::revert`] does, applies the same ones again and tells which.
    pub fn redo(
        &self,
        conn: &mut PgConnection,
        count: Count,
        options: RevertOptions,
    ) -> Result<Vec<Done>> {
        refuse_within_transaction(conn)?;
        let mut lock = MigrationLock::take(conn, &self.options)?;
        let mut chosen = self.applied_migrations(&mut lock, count)?;
        let mut lost: HashMap<String, Vec<Loss>> = self
            .take_back(&mut lock, &chosen, options)?
            .into_iter()
            .map(|done| (done.version, done.lost))
            .collect();
        chosen.reverse();
        let mut done = self.each(&mut lock, Direction::Up, &chosen, apply)?;
        for done in &mut done {
            done.lost = lost.remove(&done.version).unwrap_or_default();
        }
        Ok(done)
    }

    fn take_back(
        &self,
        conn: &mut PgConnection,
        chosen: &Migrations,
        options: RevertOptions,
    ) -> Result<Vec<Done>> {
        let versions: Vec<String> = chosen.iter().map(|one| version(one.as_ref())).collect();
        side_by_side::refuse_reversal(conn, &versions)?;
        let dangers = match self.dangers(conn, chosen) {
            // Who consents to any loss need not know which; the reversal itself says what is wrong with it.
            Err(Error::Migration(_)) if options.lose_data => Vec::new(),
            dangers => dangers?,
        };
        refuse(foreseen(conn, chosen, &dangers)?, options)?;
        let of_each: HashMap<String, &[Danger]> = chosen
            .iter()
            .zip(&dangers)
            .map(|(migration, dangers)| (version(migration.as_ref()), dangers.as_slice()))
            .collect();
        self.each(conn, Direction::Down, chosen, |conn, migration| {
            let dangers = of_each
                .get(&version(migration))
                .copied()
                .unwrap_or_default();
            take_back_one(conn, migration, dangers, options)
        })
    }

    fn dangers(&self, conn: &mut PgConnection, chosen: &Migrations) -> Result<Vec<Vec<Danger>>> {
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let versions: Vec<String> = applied(conn)?
            .into_iter()
            .map(|(version, _)| version)
            .collect();
        let mut all = self.migrations()?;
        all.retain(|migration| versions.contains(&version(migration.as_ref())));
        let all: Vec<_> = all.iter().map(AsRef::as_ref).collect();
        let chosen: Vec<_> = chosen.iter().map(AsRef::as_ref).collect();
        rehearse(conn, self.texts, &all, &chosen)
    }

    /// The latest applied migrations, the latest first.
    fn applied_migrations(&self, conn: &mut PgConnection, count: Count) -> Result<Migrations> {
        let applied = applied(conn)?;
        let number = match count {
            Count::All => applied.len(),
            Count::DownTo(kept) => {
                let kept = version_of(&kept);
                let place = applied.iter().rposition(|(version, _)| *version == kept);
                let place =
                    place.ok_or_else(|| Error::invalid("version", "is no applied migration's"))?;
                applied.len() - 1 - place
            }
            Count::Last(number) if (1..=applied.len()).contains(&number) => number,
            Count::Last(_) => {
                let reason = format!(
                    "takes 1 to {}, the number of applied migrations",
                    applied.len()
                );
                return Err(Error::invalid("count", reason));
            }
        };
        let mut known: HashMap<String, Box<dyn Migration<Pg>>> = self
            .migrations()?
            .into_iter()
            .map(|migration| (version(migration.as_ref()), migration))
            .collect();
        let mut chosen = Vec::new();
        let mut unknown = Vec::new();
        for (version, _) in applied.into_iter().rev().take(number) {
            match known.remove(&version) {
                Some(migration) => chosen.push(migration),
                None => unknown.push(version),
            }
        }
        if unknown.is_empty() {
            Ok(chosen)
        } else {
            Err(Error::NewerDatabase { unknown })
        }
    }
}

/// Reverts a migration. Where it runs in a transaction, its tables are locked while what is lost is counted.
fn take_back_one(
    conn: &mut PgConnection,
    migration: &dyn Migration<Pg>,
    dangers: &[Danger],
    options: RevertOptions,
) -> Outcome {
    let in_transaction = migration.metadata().run_in_transaction();
    let act = |conn: &mut PgConnection| {
        if in_transaction {
            lock_tables(conn, dangers)?;
        }
        let lost = losses_then(conn, dangers)?;
        refuse(vec![reversal(migration, lost.clone())], options)?;
        conn.revert_migration(migration)?;
        Ok(lost)
    };
    if in_transaction && !dangers.is_empty() {
        conn.transaction(act)
    } else {
        act(conn)
    }
}

fn foreseen(
    conn: &mut PgConnection,
    chosen: &Migrations,
    dangers: &[Vec<Danger>],
) -> Result<Vec<Reversal>> {
    let losses = losses_today(conn, dangers)?;
    let reversals = chosen.iter().zip(losses);
    Ok(reversals
        .map(|(migration, losses)| reversal(migration.as_ref(), losses))
        .collect())
}

fn reversal(migration: &dyn Migration<Pg>, losses: Vec<Loss>) -> Reversal {
    Reversal {
        version: version(migration),
        name: migration.name().to_string(),
        losses,
    }
}

/// Refuses what may not be lost, and what no consent helps.
fn refuse(mut reversals: Vec<Reversal>, options: RevertOptions) -> Result<()> {
    for reversal in &mut reversals {
        reversal
            .losses
            .retain(|loss| loss.is_refused() || !options.lose_data);
    }
    reversals.retain(|reversal| !reversal.losses.is_empty());
    if reversals.is_empty() {
        Ok(())
    } else {
        Err(Error::DataLoss {
            migrations: reversals,
        })
    }
}
