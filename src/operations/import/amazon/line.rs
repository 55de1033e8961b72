//! A line of the order history: one product of one order.

use std::io::Read;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::operations::import::cell;
use crate::operations::import::csv::{Csv, Line};

/// Columns without which a file is no order history.
pub(super) const REQUIRED: [&str; 5] = [
    "Website",
    "Order ID",
    "Order Date",
    "Total Owed",
    "Product Name",
];

/// Where the columns stand that are used.
pub(super) struct Columns {
    website: Option<usize>,
    order_id: Option<usize>,
    order_date: Option<usize>,
    total_owed: Option<usize>,
    product_name: Option<usize>,
    currency: Option<usize>,
    order_status: Option<usize>,
    shipment_status: Option<usize>,
}

/// A line that can be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OrderLine {
    pub(super) order_id: String,
    pub(super) order_date: NaiveDate,
    pub(super) website: String,
    pub(super) currency: String,
    pub(super) total_owed: BigDecimal,
    pub(super) product_name: String,
    pub(super) order_status: Option<String>,
    pub(super) shipment_status: Option<String>,
}

impl Columns {
    pub(super) fn of<R: Read>(csv: &Csv<R>) -> Self {
        Self {
            website: csv.column("Website"),
            order_id: csv.column("Order ID"),
            order_date: csv.column("Order Date"),
            total_owed: csv.column("Total Owed"),
            product_name: csv.column("Product Name"),
            currency: csv.column("Currency"),
            order_status: csv.column("Order Status"),
            shipment_status: csv.column("Shipment Status"),
        }
    }

    /// The order that even a bad line names, so that the order is not stored without it.
    pub(super) fn order_id<'a>(&self, line: &'a Line) -> Option<&'a str> {
        line.word("Order ID", self.order_id).ok().flatten()
    }

    /// Reads a line; the error is the reason why it cannot be used.
    pub(super) fn read(&self, line: &Line) -> Result<OrderLine, String> {
        if let Some(fault) = &line.fault {
            return Err(fault.clone());
        }
        let word = |name, column| Ok::<_, String>(line.word(name, column)?.map(str::to_owned));
        Ok(OrderLine {
            order_id: line.required("Order ID", self.order_id)?.to_owned(),
            product_name: line.required("Product Name", self.product_name)?.to_owned(),
            order_date: cell::day("Order Date", line.required("Order Date", self.order_date)?)?,
            total_owed: cell::money(
                "Total Owed",
                line.word("Total Owed", self.total_owed)?.unwrap_or("0"),
            )?,
            currency: cell::currency(
                "Currency",
                line.word("Currency", self.currency)?.unwrap_or("GBP"),
            )?,
            website: word("Website", self.website)?.unwrap_or_default(),
            order_status: word("Order Status", self.order_status)?,
            shipment_status: word("Shipment Status", self.shipment_status)?,
        })
    }
}
