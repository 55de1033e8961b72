//! Amazon's retail order history.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::Random;
use crate::error::Result;

const HEADER: &str = "\"Website\",\"Order ID\",\"Order Date\",\"Purchase Order Number\",\"Currency\",\"Unit Price\",\
\"Unit Price Tax\",\"Shipping Charge\",\"Total Discounts\",\"Total Owed\",\"Shipment Item Subtotal\",\
\"Shipment Item Subtotal Tax\",\"ASIN\",\"Product Condition\",\"Quantity\",\"Payment Instrument Type\",\"Order Status\",\
\"Shipment Status\",\"Ship Date\",\"Shipping Option\",\"Shipping Address\",\"Billing Address\",\
\"Carrier Name & Tracking Number\",\"Product Name\"";

const PRODUCTS: [&str; 5] = [
    "Desk lamp",
    "USB cable, 2 m",
    "Notebook \"\"A5\"\"",
    "Baking mats (Set of 2)",
    "Crème brûlée torch",
];

/// Writes so many lines; every third order has two. Tells how many orders there are.
pub fn write(path: &Path, lines: u32, seed: u32) -> Result<u32> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{HEADER}")?;
    let mut random = Random::new(seed, 2);
    let (mut written, mut orders) = (0, 0);
    while written < lines {
        let of_order = if orders % 3 == 0 { 2 } else { 1 }.min(lines - written);
        let (year, month, day) = (
            2015 + random.below(10),
            1 + random.below(12),
            1 + random.below(28),
        );
        for _ in 0..of_order {
            let (pounds, pence) = (1 + random.below(200), random.below(100));
            let product = random.of(&PRODUCTS);
            writeln!(
                out,
                "\"Amazon.co.uk\",\"202-{:07}-{orders:07}\",\"{year}-{month:02}-{day:02}T20:00:00Z\",\"Not Available\",\
                 \"GBP\",\"{pounds}.{pence:02}\",\"0.00\",\"0\",\"0\",\"{pounds}.{pence:02}\",\"{pounds}.{pence:02}\",\
                 \"0.00\",\"B0C2B15EE9\",\"New\",\"1\",\"Visa - 0001\",\"Closed\",\"Shipped\",\"{year}-{month:02}-{day:02}\
                 T22:00:00Z\",\"premium-uk\",\"A Sample Holder 1 Example Street\",\"A Sample Holder 1 Example Street\",\
                 \"AMZN_UK(QB0000000{pence:02})\",\"{product}\"",
                1_000_000 + orders % 8_999_999,
            )?;
        }
        written += of_order;
        orders += 1;
    }
    out.flush()?;
    Ok(orders)
}
