//! Bare libpq: prepared statements, binary values, decoded by hand. The limit.

mod connection;
mod decode;

use bigdecimal::BigDecimal;

pub use connection::{Connection, Rows};

use super::rows::{Listed, Sources, Transaction, by_transaction, listed, source, transaction};
use super::sql;
use crate::error::Result;

/// A connection with the statements of the readers.
pub struct Reader(Connection);

impl Reader {
    pub fn connect(url: &str) -> Result<Self> {
        let mut connection = Connection::open(url)?;
        for (name, statement) in [
            (c"by_key", sql::BY_KEY),
            (c"list", sql::LIST),
            (c"page", sql::PAGE),
            (c"sources", sql::SOURCES),
        ] {
            connection.prepare(name, statement)?;
        }
        Ok(Self(connection))
    }

    pub fn by_key(&mut self, id: i32) -> Result<Transaction<BigDecimal>> {
        let rows = self.0.execute(c"by_key", &[&id])?;
        let row = rows.iter().next().ok_or("no such row")?;
        Ok(transaction!(row))
    }

    pub fn list(&mut self) -> Result<Vec<Listed<BigDecimal>>> {
        let rows = self.0.execute(c"list", &[])?;
        Ok(rows.iter().map(|row| listed!(row)).collect())
    }

    /// A page after a row, told by its time and id.
    pub fn page(
        &mut self,
        after: (chrono::DateTime<chrono::Utc>, i32),
    ) -> Result<(Vec<Listed<BigDecimal>>, Sources)> {
        let rows = self.0.execute(c"page", &[&after.0, &after.1])?;
        let page: Vec<Listed<BigDecimal>> = rows.iter().map(|row| listed!(row)).collect();
        let ids: Vec<i32> = page.iter().map(|row| row.transaction.id).collect();
        let rows = self.0.execute(c"sources", &[&ids])?;
        Ok((page, by_transaction(rows.iter().map(|row| source!(row)))))
    }
}
