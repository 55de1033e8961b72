//! Migrations as they stand on disk.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_migrations::FileBasedMigrations;

use super::{Finding, Source, lint};
use crate::error::{Error, Result};

/// A folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// The migrations, in their order.
    pub migrations: Vec<Source>,
}

impl Folder {
    /// The findings in all of them; see [`lint`].
    pub fn lint(&self) -> Vec<Finding> {
        lint(&self.migrations)
    }
}

/// Reads a folder of migrations: each a folder of its own with an `up.sql`, and perhaps a `metadata.toml`.
///
/// [`Error::Io`] and [`Error::Migration`] where it cannot be read.
pub fn read_folder(path: impl Into<PathBuf>) -> Result<Folder> {
    let path = path.into();
    let failed = |error: &dyn Display| Error::Migration(format!("{}: {error}", path.display()));
    let source = FileBasedMigrations::from_path(&path).map_err(|error| failed(&error))?;
    let on_disk: Vec<Box<dyn Migration<Pg>>> =
        source.migrations().map_err(|error| failed(&error))?;
    let mut migrations = on_disk
        .iter()
        .map(|migration| read(&path, migration.as_ref()))
        .collect::<Result<Vec<Source>>>()?;
    migrations.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Folder { path, migrations })
}

fn read(folder: &Path, migration: &dyn Migration<Pg>) -> Result<Source> {
    let name = migration.name().to_string();
    let file = folder.join(&name).join("up.sql");
    Ok(Source {
        up: fs::read_to_string(&file).map_err(|error| Error::io(&file, error))?,
        in_transaction: migration.metadata().run_in_transaction(),
        name,
    })
}
