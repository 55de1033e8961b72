//! The embedded migrations.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// The migrations of this crate, compiled in.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
