//! Business orders and their lines as arguments: as the remote API gives them, and as columns.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::models::amazon::{NewAmazonBusinessLineItem, NewAmazonBusinessOrder};

/// An order as the remote API gives it.
pub(super) struct RemoteOrder(pub(super) Order);

/// An order by its columns.
pub(super) struct OrderColumns(pub(super) Order);

/// A line as the remote API gives it.
pub(super) struct RemoteLine(pub(super) Line);

/// A line by its columns.
pub(super) struct LineColumns(pub(super) Line);

/// What both ways to write an order come to.
pub(super) struct Order {
    order_id: String,
    order_date: NaiveDate,
    region: Option<String>,
    purchase_order_number: Option<String>,
    order_status: Option<String>,
    buyer_name: Option<String>,
    buyer_email: Option<String>,
    subtotal: Option<BigDecimal>,
    tax: Option<BigDecimal>,
    shipping: Option<BigDecimal>,
    net_total: Option<BigDecimal>,
    currency: Option<String>,
    item_count: Option<i32>,
}

/// What both ways to write a line come to.
pub(super) struct Line {
    order_id: String,
    line_item_id: Option<String>,
    asin: Option<String>,
    title: Option<String>,
    brand: Option<String>,
    category: Option<String>,
    quantity: Option<i32>,
    unit_price: Option<BigDecimal>,
    total_price: Option<BigDecimal>,
    seller_name: Option<String>,
}

impl Argument for RemoteOrder {
    const TAKES: &'static str = "an object with orderId, orderDate";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        let buyer: Buyer = members.take("buyingCustomer")?.unwrap_or_default();
        let charges: Charges = members.take("charges")?.unwrap_or_default();
        let net_total = charges.net_total.unwrap_or_default();
        Ok(Self(Order {
            order_id: members.needed("orderId")?,
            order_date: members.needed::<WrittenDay>("orderDate")?.0,
            region: members.take("region")?,
            purchase_order_number: members.take("purchaseOrderNumber")?,
            order_status: members.take("orderStatus")?,
            buyer_name: buyer.name.unwrap_or_else(|| Some(String::new())),
            buyer_email: buyer.email.unwrap_or_else(|| Some(String::new())),
            subtotal: charges.subtotal.unwrap_or_default().amount_or_zero(),
            tax: charges.tax.unwrap_or_default().amount_or_zero(),
            shipping: charges.shipping.unwrap_or_default().amount_or_zero(),
            currency: net_total
                .currency
                .clone()
                .unwrap_or_else(|| Some("GBP".to_owned())),
            net_total: net_total.amount_or_zero(),
            item_count: Some(1),
        }))
    }
}

impl Argument for OrderColumns {
    const TAKES: &'static str = "an object with order_id, order_date";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        let zero = || Some(BigDecimal::from(0));
        Ok(Self(Order {
            order_id: members.needed("order_id")?,
            order_date: members.needed("order_date")?,
            region: members.take("region")?,
            purchase_order_number: members.take("purchase_order_number")?,
            order_status: members.take("order_status")?,
            buyer_name: members.take("buyer_name")?,
            buyer_email: members.take("buyer_email")?,
            subtotal: members.take("subtotal")?,
            tax: members.given("tax")?.unwrap_or_else(zero),
            shipping: members.given("shipping")?.unwrap_or_else(zero),
            net_total: members.take("net_total")?,
            currency: members
                .given("currency")?
                .unwrap_or_else(|| Some("GBP".to_owned())),
            item_count: members.given("item_count")?.unwrap_or(Some(0)),
        }))
    }
}

impl Argument for RemoteLine {
    const TAKES: &'static str = "an object with orderId";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        let product: Product = members.take("productDetails")?.unwrap_or_default();
        let amount = |price: Option<Charge>| price.and_then(|price| price.amount.flatten());
        Ok(Self(Line {
            order_id: members.needed("orderId")?,
            line_item_id: members.take("orderLineItemId")?,
            asin: product.asin,
            title: product.title,
            brand: product.brand,
            category: product.category,
            quantity: members.take("quantity")?,
            unit_price: amount(members.take("unitPrice")?),
            total_price: amount(members.take("totalPrice")?),
            seller_name: members
                .take::<Seller>("sellerInfo")?
                .and_then(|seller| seller.name),
        }))
    }
}

impl Argument for LineColumns {
    const TAKES: &'static str = "an object with order_id";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        let zero = || Some(BigDecimal::from(0));
        Ok(Self(Line {
            order_id: members.needed("order_id")?,
            line_item_id: members.take("line_item_id")?,
            asin: members.take("asin")?,
            title: members.take("title")?,
            brand: members.take("brand")?,
            category: members.take("category")?,
            quantity: members.given("quantity")?.unwrap_or(Some(1)),
            unit_price: members.given("unit_price")?.unwrap_or_else(zero),
            total_price: members.given("total_price")?.unwrap_or_else(zero),
            seller_name: members.take("seller_name")?,
        }))
    }
}

impl Order {
    pub(super) fn row(&self) -> NewAmazonBusinessOrder<'_> {
        NewAmazonBusinessOrder {
            order_id: &self.order_id,
            order_date: self.order_date,
            region: self.region.as_deref(),
            purchase_order_number: self.purchase_order_number.as_deref(),
            order_status: self.order_status.as_deref(),
            buyer_name: self.buyer_name.as_deref(),
            buyer_email: self.buyer_email.as_deref(),
            subtotal: self.subtotal.as_ref(),
            tax: self.tax.as_ref(),
            shipping: self.shipping.as_ref(),
            net_total: self.net_total.as_ref(),
            currency: Some(self.currency.as_deref()),
            item_count: Some(self.item_count),
            product_summary: None,
        }
    }
}

impl Line {
    pub(super) fn row(&self) -> NewAmazonBusinessLineItem<'_> {
        NewAmazonBusinessLineItem {
            order_id: &self.order_id,
            line_item_id: self.line_item_id.as_deref(),
            asin: self.asin.as_deref(),
            title: self.title.as_deref(),
            brand: self.brand.as_deref(),
            category: self.category.as_deref(),
            quantity: self.quantity,
            unit_price: self.unit_price.as_ref(),
            total_price: self.total_price.as_ref(),
            seller_name: self.seller_name.as_deref(),
        }
    }
}

/// A day at the start of a text, whatever time follows.
struct WrittenDay(NaiveDate);

impl Argument for WrittenDay {
    const TAKES: &'static str = "a text that starts with a day as YYYY-MM-DD";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let text = String::read(name, text)?;
        let day = text.trim().get(..10).and_then(|day| day.parse().ok());
        day.map(Self).ok_or_else(|| Failure::takes::<Self>(name))
    }
}

/// Declares objects within an argument: each member is `None` where it is missing.
macro_rules! parts {
    ($($(#[$meta:meta])* $part:ident { $($member:ident: $type:ty = $how:ident $key:literal),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Default)]
        struct $part {
            $($member: $type,)+
        }

        impl Argument for $part {
            const TAKES: &'static str = "an object";

            fn read(name: &str, text: &str) -> Result<Self, Failure> {
                let mut members = Members::read(name, text)?;
                Ok(Self { $($member: members.$how($key)?,)+ })
            }
        }
    )+};
}

parts! {
    /// Who ordered.
    Buyer { name: Option<Option<String>> = given "name", email: Option<Option<String>> = given "email" }

    /// An amount of an order or of a line.
    Charge { amount: Option<Option<BigDecimal>> = given "amount", currency: Option<Option<String>> = given "currency" }

    /// What makes up an order's total.
    Charges {
        subtotal: Option<Charge> = take "SUBTOTAL",
        tax: Option<Charge> = take "TAX",
        shipping: Option<Charge> = take "SHIPPING",
        net_total: Option<Charge> = take "NET_TOTAL",
    }

    /// What was ordered.
    Product {
        asin: Option<String> = take "asin",
        title: Option<String> = take "title",
        brand: Option<String> = take "brand",
        category: Option<String> = take "category",
    }

    /// Who sold it.
    Seller { name: Option<String> = take "name" }
}

impl Charge {
    fn amount_or_zero(self) -> Option<BigDecimal> {
        self.amount.unwrap_or_else(|| Some(BigDecimal::from(0)))
    }
}
