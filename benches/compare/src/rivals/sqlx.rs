//! `sqlx` on a runtime of as many threads as there are cores; callers are threads that block on it.

use std::future::Future;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use tokio::runtime::Runtime;

use super::rows::{Listed, Sources, Transaction, by_transaction, listed, source, transaction};
use super::sql;
use crate::error::Result;

pub struct Pool {
    runtime: Runtime,
    pool: PgPool,
}

impl Pool {
    pub fn connect(url: &str, connections: u32) -> Result<Self> {
        let runtime = Runtime::new()?;
        let options = PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(connections);
        let pool = runtime.block_on(options.connect(url))?;
        Ok(Self { runtime, pool })
    }

    pub fn by_key(&self, id: i32) -> Result<Transaction<BigDecimal>> {
        let row: PgRow = self.block_on(sqlx::query(sql::BY_KEY).bind(id).fetch_one(&self.pool))?;
        Ok(transaction!(row))
    }

    pub fn list(&self) -> Result<Vec<Listed<BigDecimal>>> {
        let rows = self.block_on(sqlx::query(sql::LIST).fetch_all(&self.pool))?;
        Ok(rows.iter().map(|row| listed!(row)).collect())
    }

    /// A page after a row, told by its time and id.
    pub fn page(&self, after: (DateTime<Utc>, i32)) -> Result<(Vec<Listed<BigDecimal>>, Sources)> {
        let (page, rows) = self.block_on(async {
            let mut connection = self.pool.acquire().await?;
            let rows = sqlx::query(sql::PAGE)
                .bind(after.0)
                .bind(after.1)
                .fetch_all(&mut *connection)
                .await?;
            let page: Vec<Listed<BigDecimal>> = rows.iter().map(|row| listed!(row)).collect();
            let ids: Vec<i32> = page.iter().map(|row| row.transaction.id).collect();
            let rows = sqlx::query(sql::SOURCES)
                .bind(ids)
                .fetch_all(&mut *connection)
                .await?;
            Ok::<_, sqlx::Error>((page, rows))
        })?;
        Ok((page, by_transaction(rows.iter().map(|row| source!(row)))))
    }

    fn block_on<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T> {
        Ok(self.runtime.block_on(work)?)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.runtime.block_on(self.pool.close());
    }
}
