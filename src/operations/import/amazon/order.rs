//! From lines to orders: the lines of one order may stand anywhere in the file.

use std::collections::HashMap;

use bigdecimal::BigDecimal;

use super::line::{Columns, OrderLine, REQUIRED};
use super::product_names::product_names;
use crate::operations::import::Refused;
use crate::operations::import::csv::Csv;

/// An order with all its lines.
#[derive(Debug)]
pub(super) struct Order {
    /// What the order has in common: its first line.
    pub(super) head: OrderLine,
    pub(super) total_owed: BigDecimal,
    pub(super) product_names: String,
    /// The lines of the file that it stands on.
    pub(super) lines: Vec<u64>,
}

/// The orders of a file in the order of their first lines, and the lines that cannot be used.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) orders: Vec<Order>,
    pub(super) refused: Vec<Refused>,
}

/// Reads an order history; the error says why the file as a whole is none.
pub(super) fn read_orders(file: &[u8]) -> Result<Orders, String> {
    let mut csv = Csv::open(file, &REQUIRED)?;
    let columns = Columns::of(&csv);
    let mut groups = Groups::default();
    let mut refused = Vec::new();
    while let Some(line) = csv.next_line()? {
        match columns.read(&line) {
            Ok(read) => groups.of(&read.order_id).lines.push((line.number, read)),
            Err(reason) => {
                if let Some(order_id) = columns.order_id(&line) {
                    groups.of(order_id).blame(line.number, &reason);
                }
                refused.push(Refused {
                    position: line.number,
                    reason,
                });
            }
        }
    }
    let mut orders = Vec::new();
    for group in groups.in_order {
        match group.into_order() {
            Ok(order) => orders.extend(order),
            Err(lines) => refused.extend(lines),
        }
    }
    Ok(Orders { orders, refused })
}

/// The lines seen so far, by order.
#[derive(Default)]
struct Groups {
    in_order: Vec<Group>,
    places: HashMap<String, usize>,
}

#[derive(Default)]
struct Group {
    lines: Vec<(u64, OrderLine)>,
    /// The first line of the order that cannot be used, and why.
    fault: Option<(u64, String)>,
}

impl Groups {
    fn of(&mut self, order_id: &str) -> &mut Group {
        let place = *self.places.entry(order_id.to_owned()).or_insert_with(|| {
            self.in_order.push(Group::default());
            self.in_order.len() - 1
        });
        &mut self.in_order[place]
    }
}

impl Group {
    fn blame(&mut self, line: u64, reason: &str) {
        self.fault.get_or_insert_with(|| (line, reason.to_owned()));
    }

    /// The order; none where no line is left; or its lines, refused because of one of them.
    fn into_order(mut self) -> Result<Option<Order>, Vec<Refused>> {
        self.check_currency();
        if let Some((fault, reason)) = self.fault {
            let refuse = |(position, _)| Refused {
                position,
                reason: if position == fault {
                    reason.clone()
                } else {
                    format!("line {fault} of the same order is refused: {reason}")
                },
            };
            return Err(self.lines.into_iter().map(refuse).collect());
        }
        let names: Vec<&str> = self
            .lines
            .iter()
            .map(|(_, line)| line.product_name.as_str())
            .collect();
        let product_names = product_names(&names);
        let total_owed = self.lines.iter().map(|(_, line)| &line.total_owed).sum();
        let lines = self.lines.iter().map(|(number, _)| *number).collect();
        Ok(self.lines.into_iter().next().map(|(_, head)| Order {
            head,
            total_owed,
            product_names,
            lines,
        }))
    }

    /// Lines of two currencies have no sum.
    fn check_currency(&mut self) {
        let Some((_, head)) = self.lines.first() else {
            return;
        };
        let other = self
            .lines
            .iter()
            .find(|(_, line)| line.currency != head.currency);
        if let Some((number, line)) = other {
            let reason = format!(
                "Currency: {} in an order in {}",
                line.currency, head.currency
            );
            let number = *number;
            self.blame(number, &reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "Website,Order ID,Order Date,Total Owed,Product Name,Currency,Order Status";

    fn read(lines: &[&str]) -> Orders {
        let file = format!("{HEADER}\n{}\n", lines.join("\n"));
        read_orders(file.as_bytes()).expect("an order history")
    }

    fn refused(orders: &Orders) -> Vec<(u64, &str)> {
        let refused = orders.refused.iter();
        refused
            .map(|refused| (refused.position, refused.reason.as_str()))
            .collect()
    }

    #[test]
    fn lines_of_an_order_are_summed_wherever_they_stand() {
        let orders = read(&[
            "Amazon.co.uk,A,2025-03-06T23:30:00-05:00,24.99,Scale,,Closed",
            "Amazon.co.uk,B,2025-03-07,0.1,Cup,USD,N/A",
            "Amazon.de, A ,2025-03-09,32.48,Mats,GBP,Cancelled",
            "Amazon.co.uk,B,2025-03-07,0.2,Jar,usd,",
        ]);
        assert_eq!(orders.refused, []);
        let [a, b] = &orders.orders[..] else {
            panic!("two orders: {orders:?}");
        };
        assert_eq!(a.total_owed.to_string(), "57.47");
        assert_eq!(a.product_names, "Scale | Mats");
        assert_eq!(a.head.order_date.to_string(), "2025-03-07");
        assert_eq!(a.head.website, "Amazon.co.uk");
        assert_eq!(a.head.order_status.as_deref(), Some("Closed"));
        assert_eq!(a.lines, [2, 4]);
        assert_eq!(b.total_owed.to_string(), "0.3");
        assert_eq!(b.head.currency, "USD");
        assert_eq!(b.head.order_status, None);
    }

    #[test]
    fn a_refused_line_takes_its_order_with_it() {
        let orders = read(&[
            "Amazon.co.uk,A,2025-03-06,1.00,One,GBP,",
            "Amazon.co.uk,B,2025-03-06,1.00,Other,GBP,",
            "Amazon.co.uk,A,2025-03-06,much,Two,GBP,",
            "Amazon.co.uk,A,2025-03-06,1.00",
            "Amazon.co.uk,A,2025-03-06,1.00,Three,GBP,",
        ]);
        let because = r#"line 4 of the same order is refused: Total Owed: "much" is not an amount"#;
        let mut found = refused(&orders);
        found.sort_unstable();
        assert_eq!(
            found,
            [
                (2, because),
                (4, r#"Total Owed: "much" is not an amount"#),
                (5, "4 fields instead of 7"),
                (6, because),
            ]
        );
        assert_eq!(orders.orders.len(), 1);
        assert_eq!(orders.orders[0].head.order_id, "B");
    }

    #[test]
    fn an_order_in_two_currencies_has_no_total() {
        let orders = read(&[
            "Amazon.co.uk,A,2025-03-06,1.00,One,GBP,",
            "Amazon.com,A,2025-03-06,1.00,Two,USD,",
        ]);
        assert_eq!(
            refused(&orders),
            [
                (
                    2,
                    "line 3 of the same order is refused: Currency: USD in an order in GBP"
                ),
                (3, "Currency: USD in an order in GBP"),
            ]
        );
        assert!(orders.orders.is_empty());
    }
}
