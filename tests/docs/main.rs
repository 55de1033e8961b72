//! The pages of `docs/` that say what the code says: one is generated, the others are held to it.
//!
//! `./dev docs` writes the generated page by running its test with `WRITE_DOCS` set. No database is needed.
#![allow(clippy::unwrap_used)]

mod changing_the_schema;
mod database_schema;
mod markdown;

use std::path::{Path, PathBuf};

/// A file of the checkout.
fn in_checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
