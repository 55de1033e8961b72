//! The lines of an order history, which may stand anywhere in the file, on their way to orders.
//!
//! They wait in the temporary table `lines`, and the database puts them together: memory does not grow with the file.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use super::line::{Columns, REQUIRED};
use super::product_names::shorten;
use crate::Result;
use crate::operations::import::csv::{Csv, Line};
use crate::operations::import::staging::{self, BATCH};
use crate::operations::import::{MOST_LISTED, Refusals, Refused};

diesel::table! {
    lines (number) {
        number -> BigInt,
        order_id -> Nullable<Text>,
        fault -> Nullable<Text>,
        order_date -> Nullable<Date>,
        website -> Nullable<Text>,
        currency -> Nullable<Text>,
        total_owed -> Nullable<Numeric>,
        product_name -> Nullable<Text>,
        short_name -> Nullable<Text>,
        order_status -> Nullable<Text>,
        shipment_status -> Nullable<Text>,
    }
}

/// A line, good or bad.
#[derive(Default, Insertable)]
#[diesel(table_name = lines, treat_none_as_default_value = false)]
struct StagedLine {
    number: i64,
    order_id: Option<String>,
    fault: Option<String>,
    order_date: Option<NaiveDate>,
    website: Option<String>,
    currency: Option<String>,
    total_owed: Option<BigDecimal>,
    product_name: Option<String>,
    short_name: Option<String>,
    order_status: Option<String>,
    shipment_status: Option<String>,
}

#[derive(QueryableByName)]
struct RefusedLine {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Text)]
    fault: String,
    #[diesel(sql_type = BigInt)]
    all: i64,
}

/// Puts the lines of a file into the temporary table `lines`.
pub(super) fn stage_lines(conn: &mut PgConnection, file: &Path, reader: impl Read) -> Result<()> {
    staging::prepare(conn)?;
    conn.batch_execute(include_str!("order_lines/create.sql"))?;
    let mut csv = Csv::open(reader, &REQUIRED).map_err(|fault| fault.of(file))?;
    let columns = Columns::of(&csv);
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(line) = csv.next_line().map_err(|fault| fault.of(file))? {
        batch.push(StagedLine::of(&columns, &line));
        if batch.len() == BATCH {
            send(conn, &mut batch)?;
        }
    }
    send(conn, &mut batch)
}

/// Makes the temporary table `ordered` of the lines, an order a row in the order of its number, without orders of which a line
/// is refused; answers how many there are.
pub(super) fn group_lines(conn: &mut PgConnection, source_file: &str) -> Result<u64> {
    conn.batch_execute(include_str!("order_lines/refuse.sql"))?;
    conn.batch_execute(include_str!("order_staged.sql"))?;
    conn.batch_execute(include_str!("order_lines/create_ordered.sql"))?;
    let orders = diesel::sql_query(include_str!("order_lines/group.sql"))
        .bind::<Text, _>(source_file)
        .execute(conn)?;
    Ok(orders as u64)
}

/// Refuses the lines of orders that the database refuses.
pub(super) fn refuse_orders(conn: &mut PgConnection, orders: &[Refused]) -> Result<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let positions: Vec<i64> = orders
        .iter()
        .map(|order| order.position.cast_signed())
        .collect();
    let reasons: Vec<&str> = orders.iter().map(|order| order.reason.as_str()).collect();
    diesel::sql_query(include_str!("order_lines/refuse_orders.sql"))
        .bind::<Array<BigInt>, _>(positions)
        .bind::<Array<Text>, _>(reasons)
        .execute(conn)?;
    Ok(())
}

/// The refused lines; the temporary table is gone then.
pub(super) fn refused_lines(conn: &mut PgConnection) -> Result<Refusals> {
    let lines: Vec<RefusedLine> = diesel::sql_query(include_str!("order_lines/refused.sql"))
        .bind::<BigInt, _>(i64::try_from(MOST_LISTED).unwrap_or(i64::MAX))
        .load(conn)?;
    conn.batch_execute("DROP TABLE pg_temp.lines")?;
    let all = lines.first().map_or(0, |line| line.all.cast_unsigned());
    let unlisted = all - lines.len() as u64;
    let refused = lines.into_iter().map(|line| Refused {
        position: line.number.cast_unsigned(),
        reason: line.fault,
    });
    Ok(Refusals::of(refused.collect(), unlisted))
}

fn send(conn: &mut PgConnection, batch: &mut Vec<StagedLine>) -> Result<()> {
    if !batch.is_empty() {
        diesel::copy_from(lines::table)
            .from_insertable(&*batch)
            .execute(conn)?;
        batch.clear();
    }
    Ok(())
}

impl StagedLine {
    fn of(columns: &Columns, line: &Line) -> Self {
        let number = line.number.cast_signed();
        match columns.read(line) {
            Ok(read) => Self {
                number,
                order_id: Some(read.order_id),
                fault: None,
                order_date: Some(read.order_date),
                website: Some(read.website),
                currency: Some(read.currency),
                total_owed: Some(read.total_owed),
                short_name: Some(shorten(&read.product_name)),
                product_name: Some(read.product_name),
                order_status: read.order_status,
                shipment_status: read.shipment_status,
            },
            Err(fault) => Self {
                number,
                order_id: columns.order_id(line).map(str::to_owned),
                fault: Some(fault),
                ..Self::default()
            },
        }
    }
}
