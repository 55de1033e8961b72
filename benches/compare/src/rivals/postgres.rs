//! The `postgres` crate with `r2d2`: each statement in one round trip, its types given.

use chrono::{DateTime, Utc};
use postgres::NoTls;
use postgres::types::Type;
use r2d2_postgres::PostgresConnectionManager;
use rust_decimal::Decimal;

use super::rows::{Listed, Sources, Transaction, by_transaction, listed, source, transaction};
use super::sql;
use crate::error::Result;

pub struct Pool(r2d2::Pool<PostgresConnectionManager<NoTls>>);

impl Pool {
    pub fn connect(url: &str, connections: u32) -> Result<Self> {
        let manager = PostgresConnectionManager::new(url.parse()?, NoTls);
        Ok(Self(
            r2d2::Pool::builder().max_size(connections).build(manager)?,
        ))
    }

    pub fn by_key(&self, id: i32) -> Result<Transaction<Decimal>> {
        let rows = self
            .0
            .get()?
            .query_typed(sql::BY_KEY, &[(&id, Type::INT4)])?;
        let row = rows.first().ok_or("no such row")?;
        Ok(transaction!(row))
    }

    pub fn list(&self) -> Result<Vec<Listed<Decimal>>> {
        let rows = self.0.get()?.query_typed(sql::LIST, &[])?;
        Ok(rows.iter().map(|row| listed!(row)).collect())
    }

    /// A page after a row, told by its time and id.
    pub fn page(&self, after: (DateTime<Utc>, i32)) -> Result<(Vec<Listed<Decimal>>, Sources)> {
        let mut client = self.0.get()?;
        let rows = client.query_typed(
            sql::PAGE,
            &[(&after.0, Type::TIMESTAMPTZ), (&after.1, Type::INT4)],
        )?;
        let page: Vec<Listed<Decimal>> = rows.iter().map(|row| listed!(row)).collect();
        let ids: Vec<i32> = page.iter().map(|row| row.transaction.id).collect();
        let rows = client.query_typed(sql::SOURCES, &[(&ids, Type::INT4_ARRAY)])?;
        Ok((page, by_transaction(rows.iter().map(|row| source!(row)))))
    }
}
