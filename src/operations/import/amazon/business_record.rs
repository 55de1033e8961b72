//! An order of the Amazon Business reporting API, with its lines.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::operations::import::cell;
use crate::operations::import::field::{self, Field};

/// An order that can be stored.
#[derive(Debug, PartialEq)]
pub(super) struct FetchedOrder {
    pub(super) order_id: String,
    pub(super) order_date: NaiveDate,
    pub(super) region: Option<String>,
    pub(super) purchase_order_number: Option<String>,
    pub(super) order_status: Option<String>,
    pub(super) buyer_name: Option<String>,
    pub(super) buyer_email: Option<String>,
    pub(super) subtotal: Option<BigDecimal>,
    pub(super) tax: Option<BigDecimal>,
    pub(super) shipping: Option<BigDecimal>,
    pub(super) net_total: Option<BigDecimal>,
    pub(super) currency: String,
    pub(super) lines: Vec<FetchedLine>,
}

/// A line of an order, by the columns of its table.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct FetchedLine {
    pub(super) asin: Option<String>,
    pub(super) title: Option<String>,
    pub(super) category: Option<String>,
    pub(super) quantity: i32,
    pub(super) unit_price: Option<BigDecimal>,
    pub(super) total_price: Option<BigDecimal>,
    pub(super) seller_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    #[serde(borrow)]
    order_id: Field<'a>,
    #[serde(borrow)]
    order_date: Field<'a>,
    #[serde(borrow)]
    region: Field<'a>,
    #[serde(borrow)]
    purchase_order_number: Field<'a>,
    #[serde(borrow)]
    order_status: Field<'a>,
    #[serde(borrow)]
    buying_customer: Field<'a>,
    #[serde(borrow)]
    order_sub_total: Field<'a>,
    #[serde(borrow)]
    order_tax: Field<'a>,
    #[serde(borrow)]
    order_shipping_and_handling: Field<'a>,
    #[serde(borrow)]
    order_net_total: Field<'a>,
    #[serde(borrow)]
    line_items: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(borrow)]
    asin: Field<'a>,
    #[serde(borrow)]
    title: Field<'a>,
    #[serde(borrow)]
    product_category: Field<'a>,
    #[serde(borrow)]
    item_quantity: Field<'a>,
    #[serde(borrow)]
    purchased_price_per_unit: Field<'a>,
    #[serde(borrow)]
    item_net_total: Field<'a>,
    #[serde(borrow)]
    seller: Field<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Money<'a> {
    #[serde(borrow)]
    amount: Field<'a>,
    #[serde(borrow)]
    currency_code: Field<'a>,
}

#[derive(Default, Deserialize)]
struct Person<'a> {
    #[serde(borrow)]
    name: Field<'a>,
    #[serde(borrow)]
    email: Field<'a>,
}

impl FetchedOrder {
    /// Reads a record; the error is the reason why it cannot be stored.
    pub(super) fn read(raw: &RawValue) -> Result<Self, String> {
        let order: Order<'_> = field::record(raw)?;
        let order_id = field::required("orderId", order.order_id)?;
        let date = field::required("orderDate", order.order_date)?;
        let buyer: Person<'_> = part("buyingCustomer", order.buying_customer)?;
        let total: Money<'_> = part("orderNetTotal", order.order_net_total)?;
        Ok(Self {
            order_id,
            order_date: cell::day("orderDate", &date)?,
            region: field::word("region", order.region)?,
            purchase_order_number: field::word("purchaseOrderNumber", order.purchase_order_number)?,
            order_status: field::word("orderStatus", order.order_status)?,
            buyer_name: field::word("buyingCustomer.name", buyer.name)?,
            buyer_email: field::word("buyingCustomer.email", buyer.email)?,
            subtotal: amount("orderSubTotal", order.order_sub_total)?,
            tax: amount("orderTax", order.order_tax)?,
            shipping: amount(
                "orderShippingAndHandling",
                order.order_shipping_and_handling,
            )?,
            net_total: field::money("orderNetTotal.amount", total.amount)?,
            currency: field::currency("orderNetTotal.currencyCode", total.currency_code)?,
            lines: lines(order.line_items)?,
        })
    }
}

impl FetchedLine {
    fn read(raw: &RawValue) -> Result<Self, String> {
        let line: Line<'_> = field::record(raw)?;
        let seller: Person<'_> = part("seller", line.seller)?;
        Ok(Self {
            asin: field::word("asin", line.asin)?,
            title: field::word("title", line.title)?,
            category: field::word("productCategory", line.product_category)?,
            quantity: field::integer("itemQuantity", line.item_quantity)?.unwrap_or(1),
            unit_price: amount("purchasedPricePerUnit", line.purchased_price_per_unit)?,
            total_price: amount("itemNetTotal", line.item_net_total)?,
            seller_name: field::word("seller.name", seller.name)?,
        })
    }
}

/// The lines of an order; one that cannot be read refuses the order.
fn lines(field: Field<'_>) -> Result<Vec<FetchedLine>, String> {
    let Some(raw) = field else {
        return Ok(Vec::new());
    };
    let items: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|_| "lineItems: not a list".to_owned())?;
    let read = |(place, item): (usize, &&RawValue)| {
        FetchedLine::read(item).map_err(|reason| format!("lineItems[{place}].{reason}"))
    };
    items.iter().enumerate().map(read).collect()
}

/// The amount of `{amount, currencyCode}`.
fn amount(name: &str, field: Field<'_>) -> Result<Option<BigDecimal>, String> {
    let money: Money<'_> = part(name, field)?;
    field::money(&format!("{name}.amount"), money.amount)
}

/// An object within the record; an absent one has no fields.
fn part<'a, T: Default + Deserialize<'a>>(name: &str, field: Field<'a>) -> Result<T, String> {
    field.map_or_else(
        || Ok(T::default()),
        |raw| field::record(raw).map_err(|reason| format!("{name}: {reason}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<FetchedOrder, String> {
        FetchedOrder::read(&RawValue::from_string(json.to_owned()).expect("JSON"))
    }

    #[test]
    fn an_order_with_all_its_fields() {
        let order = read(
            r#"{"orderId": "B1", "orderDate": "2025-05-02T23:30:00-05:00", "purchaseOrderNumber": "PO 7",
                "orderStatus": "CLOSED", "buyingCustomer": {"name": "Ann", "email": "ann@example.org"},
                "orderSubTotal": {"amount": 10.10, "currencyCode": "EUR"}, "orderTax": {"amount": "2.02"},
                "orderShippingAndHandling": null, "orderNetTotal": {"amount": 12.12, "currencyCode": "eur"},
                "lineItems": [{"asin": "B0", "title": "Paper", "productCategory": "Office", "itemQuantity": 2,
                    "purchasedPricePerUnit": {"amount": 5.05}, "itemNetTotal": {"amount": 10.10},
                    "seller": {"name": "Papers"}}, {}]}"#,
        )
        .expect("a good record");
        assert_eq!(order.order_date.to_string(), "2025-05-03");
        assert_eq!(order.buyer_email.as_deref(), Some("ann@example.org"));
        assert_eq!(
            order.net_total.map(|total| total.to_string()).as_deref(),
            Some("12.12")
        );
        assert_eq!(
            order.tax.map(|tax| tax.to_string()).as_deref(),
            Some("2.02")
        );
        assert_eq!((order.shipping, order.currency.as_str()), (None, "EUR"));
        let [paper, nothing] = order.lines.as_slice() else {
            panic!("two lines: {:?}", order.lines);
        };
        assert_eq!(
            serde_json::to_string(paper).expect("JSON"),
            r#"{"asin":"B0","title":"Paper","category":"Office","quantity":2,"unit_price":"5.05","total_price":"10.10","seller_name":"Papers"}"#
        );
        assert_eq!((nothing.quantity, nothing.title.as_deref()), (1, None));
    }

    #[test]
    fn a_reason_names_the_field_within_the_record() {
        for (json, reason) in [
            (r#"{"orderDate": "2025-05-02"}"#, "orderId: missing"),
            (r#"{"orderId": "B1"}"#, "orderDate: missing"),
            (
                r#"{"orderId": "B1", "orderDate": "soon"}"#,
                r#"orderDate: "soon" is not a date"#,
            ),
            (
                r#"{"orderId": "B1", "orderDate": "2025-05-02", "orderTax": {"amount": true}}"#,
                "orderTax.amount: true is not a number",
            ),
            (
                r#"{"orderId": "B1", "orderDate": "2025-05-02", "orderTax": 7}"#,
                "orderTax: 7 is not an object",
            ),
            (
                r#"{"orderId": "B1", "orderDate": "2025-05-02", "lineItems": [{}, {"itemQuantity": 1.5}]}"#,
                "lineItems[1].itemQuantity: 1.5 is not a whole number",
            ),
            (
                r#"{"orderId": "B1", "orderDate": "2025-05-02", "lineItems": 7}"#,
                "lineItems: not a list",
            ),
        ] {
            assert_eq!(read(json), Err(reason.to_owned()), "{json}");
        }
    }
}
