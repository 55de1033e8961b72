//! Importing what Amazon exports: here the order history.

mod business;
mod grouping;
mod known;
mod returns;

use std::path::Path;
use std::thread;

use spending_db::operations::import::amazon::{import_orders, refresh_orders};
use spending_db::operations::import::{ImportReport, Refused};
use spending_db::{Error, Result};

use crate::household::{Household, counts, incompressible, sample};

const HEADER: &str =
    "Website,Order ID,Order Date,Currency,Total Owed,Order Status,Shipment Status,Product Name";

fn import(household: &Household, lines: &[&str]) -> ImportReport {
    import_bytes(
        household,
        format!("{HEADER}\r\n{}\r\n", lines.join("\r\n")).as_bytes(),
    )
    .unwrap()
}

fn refresh(household: &Household, lines: &[&str]) -> ImportReport {
    let file = format!("{HEADER}\r\n{}\r\n", lines.join("\r\n"));
    refresh_orders(
        &mut household.conn(),
        Path::new("orders.csv"),
        file.as_bytes(),
    )
    .unwrap()
}

fn import_bytes(household: &Household, file: &[u8]) -> Result<ImportReport> {
    import_orders(
        &mut household.conn(),
        Path::new("some/folder/orders.csv"),
        file,
    )
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    let household = Household::new();
    let import = household.import_orders(&sample("amazon/order_history.csv"));
    assert_eq!(import.file, "order_history.csv");
    assert_eq!(counts(&import), (15, 0, vec![9, 12, 16, 19, 21, 23]));
    let reasons: Vec<_> = import
        .refused
        .iter()
        .map(|refused| refused.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "5 fields instead of 28",
            "Order ID: missing",
            "Product Name: missing",
            "Order Date: \"31/02/2025\" is not a date",
            "Total Owed: \"seven pounds\" is not an amount",
            "31 fields instead of 28",
        ]
    );
    let before = household.dump();
    let again = household.import_orders(&sample("amazon/order_history.csv"));
    assert_eq!(counts(&again), (0, 15, vec![9, 12, 16, 19, 21, 23]));
    assert_eq!(household.dump(), before);
}

#[test]
fn the_orders_are_those_of_the_readme() {
    let household = Household::new();
    household.import_orders(&sample("amazon/order_history.csv"));
    let order = |number: &str, columns: &str| {
        household.ask(&format!(
            "SELECT concat_ws(' ', {columns}) FROM amazon_orders WHERE order_id = '202-10000{number}-00000{number}'"
        ))
    };
    assert_eq!(order("02", "total_owed"), "57.47");
    assert_eq!(
        order("02", "product_names"),
        "Kitchen Scale Digital 5kg with | Silicone Baking Mats (Set of 2) | Measuring Cups"
    );
    assert_eq!(order("06", "total_owed, order_date"), "64.98 2025-03-31");
    assert_eq!(order("13", "total_owed"), "88.45");
    assert_eq!(
        order("13", "product_names"),
        "Stainless Steel Water Bottle 750ml | Bamboo Cutting Boards Set of 3 | Microfibre Cleaning Cloths (Pack & 2 more"
    );
    assert_eq!(order("11", "total_owed"), "1249.99");
    assert_eq!(
        order(
            "07",
            "total_owed, coalesce(order_status, 'null'), shipment_status"
        ),
        "149.00 null Shipped"
    );
    assert_eq!(order("05", "currency"), "GBP");
    assert_eq!(order("14", "currency, website"), "USD Amazon.com");
    assert_eq!(
        order(
            "15",
            "total_owed, order_status, coalesce(shipment_status, 'null')"
        ),
        "0 Cancelled null"
    );
    assert_eq!(
        order("08", "product_names"),
        "Paperback: \"The Quiet Garden\" (2nd ed.)"
    );
    assert_eq!(
        household.ask("SELECT string_agg(DISTINCT source_file, ' ') FROM amazon_orders"),
        "order_history.csv"
    );
}

#[test]
fn an_order_that_the_database_refuses_takes_its_lines_along() {
    let household = Household::new();
    let long = incompressible();
    let line = |id: &str, name: &str| {
        format!("Amazon.co.uk,{id},2025-05-01,GBP,1.00,Closed,Shipped,{name}")
    };
    let lines = [
        line("A", "Cup"),
        line(&long, "Jar"),
        line("B", "Mug"),
        line(&long, "Lid"),
        line("C", "Pot"),
    ];
    let report = import(&household, &lines.each_ref().map(String::as_str));
    assert_eq!(counts(&report), (3, 0, vec![3, 5]));
    assert!(
        report.refused[0].reason.contains("index row"),
        "{:?}",
        report.refused
    );
}

#[test]
fn a_quote_that_is_not_closed_does_not_swallow_orders() {
    let household = Household::new();
    let report = import(
        &household,
        &[
            "Amazon.co.uk,A,2025-05-01,GBP,1.00,Closed,Shipped,\"Cup",
            "Amazon.co.uk,B,2025-05-01,GBP,2.00,Closed,Shipped,Jar",
            "Amazon.co.uk,A,2025-05-01,GBP,4.00,Closed,Shipped,Lid",
        ],
    );
    assert_eq!(
        report.refused,
        [
            (2, "a quote is not closed"),
            (
                4,
                "line 2 of the same order is refused: a quote is not closed"
            ),
        ]
        .map(|(position, reason)| Refused {
            position,
            reason: reason.to_owned()
        })
    );
    assert_eq!(
        household.ask("SELECT string_agg(order_id || total_owed, ' ') FROM amazon_orders"),
        "B2.00"
    );
}

#[test]
fn a_file_that_is_no_order_history_stores_nothing() {
    let household = Household::new();
    for (file, reason) in [
        (&b""[..], "the file is empty"),
        (
            b"OrderID,ReversalID\n1,2\n",
            "the header lacks Website, Order ID",
        ),
        (b"<html></html>", "the header lacks"),
    ] {
        let error = import_bytes(&household, file).unwrap_err();
        assert!(matches!(error, Error::Import { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.to_string().contains("orders.csv"), "{error}");
    }
    assert_eq!(household.ask("SELECT count(*) FROM amazon_orders"), "0");
}

#[test]
fn a_byte_order_mark_and_any_line_ends_are_read() {
    let household = Household::new();
    let file = format!(
        "\u{feff}{HEADER}\nAmazon.co.uk,A,2025-05-01,,1.00,,,\"Cup\nand saucer\"\n\nAmazon.co.uk,,x,,,,,\n"
    );
    let report = import_bytes(&household, file.as_bytes()).unwrap();
    assert_eq!(counts(&report), (1, 0, vec![5]));
    assert_eq!(
        household.ask("SELECT product_names FROM amazon_orders"),
        "Cup\nand saucer"
    );
}

#[test]
fn imports_at_once_store_each_order_once() {
    let household = Household::new();
    let lines: Vec<String> = (0..2_000)
        .map(|number| format!("Amazon.co.uk,{number:05},2025-05-01,GBP,1.00,Closed,Shipped,Cup"))
        .collect();
    let forwards = format!("{HEADER}\n{}\n", lines.join("\n"));
    let backwards = format!(
        "{HEADER}\n{}\n",
        lines.iter().rev().cloned().collect::<Vec<_>>().join("\n")
    );
    let stored: u64 = thread::scope(|scope| {
        [&forwards, &backwards, &forwards]
            .map(|file| scope.spawn(|| import_bytes(&household, file.as_bytes()).unwrap()))
            .map(|import| import.join().unwrap().stored)
            .iter()
            .sum()
    });
    assert_eq!(stored, 2_000);
    assert_eq!(household.ask("SELECT count(*) FROM amazon_orders"), "2000");
}
