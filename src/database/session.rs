//! [`Session`]: one user's reads and writes, of which each sees those before it.

use diesel::PgConnection;

use super::{Database, WalPosition};
use crate::error::{Error, Result};

/// Reads that see the session's own writes, wherever they are done: for a request, a thread or a user.
///
/// ```no_run
/// # fn main() -> spending_db::Result<()> {
/// # let database = spending_db::Database::open(spending_db::Config::from_env()?)?;
/// # let cookie = "0/0";
/// use spending_db::Error;
///
/// let mut session = database.session().after(cookie.parse()?);
/// session.write(|conn| Ok::<_, Error>(()))?;
/// let seen = session.read(|conn| Ok::<_, Error>(()))?;
/// let cookie = session.position().to_string();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Session {
    database: Database,
    position: WalPosition,
}

impl Database {
    /// A session that has written nothing yet.
    pub fn session(&self) -> Session {
        Session {
            database: self.clone(),
            position: WalPosition::START,
        }
    }
}

impl Session {
    /// The session, which now also sees what was committed before `position`; a position that it has passed changes nothing.
    #[must_use]
    pub fn after(mut self, position: WalPosition) -> Self {
        self.position = self.position.max(position);
        self
    }

    /// The position of its last write, to go on from in another process.
    pub fn position(&self) -> WalPosition {
        self.position
    }

    /// See [`Database::write`].
    pub fn write<T, E>(
        &mut self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        let (value, position) = self.database.write(work)?;
        // It is behind every earlier one, also behind one that is not known.
        self.position = position;
        Ok(value)
    }

    /// See [`Database::read_after`].
    pub fn read<T, E>(&self, work: impl FnMut(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        self.database.read_after(self.position, work)
    }
}
