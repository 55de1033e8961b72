//! Storing what a matcher found, a batch a transaction, and telling how far it is.

use diesel::prelude::*;
use serde::Serialize;

use crate::Result;

/// How far a run of a matcher is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    /// Payments, or returns, to find a match for.
    pub total: usize,
    /// Those that are decided, and stored where they matched.
    pub processed: usize,
    /// Those of `processed` that matched.
    pub matched: usize,
    /// Those of `processed` whose storing failed.
    pub failed: usize,
}

/// Hears how far a run is, before the first batch and with each; an error of it ends the run.
pub(super) type Tell<'t> = dyn FnMut(&mut PgConnection, Progress) -> Result<()> + 't;

/// How many items are stored at once, and who hears of it.
pub(super) struct Batches<'t> {
    size: usize,
    tell: &'t mut Tell<'t>,
}

impl<'t> Batches<'t> {
    pub(super) fn new(size: usize, tell: &'t mut Tell<'t>) -> Self {
        Self { size, tell }
    }

    /// Tells how far a run is that stores by itself.
    pub(super) fn tell(&mut self, conn: &mut PgConnection, progress: Progress) -> Result<()> {
        (self.tell)(conn, progress)
    }

    /// Stores batch by batch, each in a transaction of its own together with what `tell` writes of it. `store` answers how
    /// many items matched. The batches before one that fails are kept.
    pub(super) fn store<T>(
        &mut self,
        conn: &mut PgConnection,
        items: &[T],
        mut store: impl FnMut(&mut PgConnection, &[T]) -> Result<usize>,
    ) -> Result<()> {
        let mut progress = Progress {
            total: items.len(),
            ..Progress::default()
        };
        (self.tell)(conn, progress)?;
        for batch in items.chunks(self.size) {
            let stored = conn.transaction(|conn| {
                let matched = store(conn, batch)?;
                let progress = Progress {
                    processed: progress.processed + batch.len(),
                    matched: progress.matched + matched,
                    ..progress
                };
                (self.tell)(conn, progress)?;
                Ok(progress)
            });
            match stored {
                Ok(so_far) => progress = so_far,
                Err(error) => {
                    progress.processed += batch.len();
                    progress.failed += batch.len();
                    // The error of the batch is the one to tell.
                    let _ = (self.tell)(conn, progress);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}
