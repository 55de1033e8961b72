//! The payments that receipts may belong to, by user and day.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use bigdecimal::BigDecimal;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Nullable, Numeric, Text};

use super::conversion::{self, Conversion};
use super::merchant::BankText;
use super::receipts::Receipt;
use super::score::{DAYS, reach};
use crate::Result;
use crate::types::{TrueLayerTransactionId, UserId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    user_id: UserId,
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Numeric)]
    amount: BigDecimal,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    description: String,
    #[diesel(sql_type = Nullable<Text>)]
    merchant_name: Option<String>,
}

/// A bank transaction of direction DEBIT over more than 0.
pub(super) struct Payment {
    pub(super) id: TrueLayerTransactionId,
    /// The bank's normalised id.
    pub(super) reference: String,
    description: String,
    merchant_name: Option<String>,
    text: OnceCell<BankText>,
}

impl Payment {
    pub(super) fn text(&self) -> &BankText {
        self.text
            .get_or_init(|| BankText::new(&self.description, self.merchant_name.as_deref()))
    }
}

impl From<Row> for Payment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            reference: row.reference,
            description: row.description,
            merchant_name: row.merchant_name,
            text: OnceCell::new(),
        }
    }
}

/// An amount that a payment stands for: its own, or the one in the shop's currency that its text states.
pub(super) struct Charge {
    currency: String,
    pub(super) amount: BigDecimal,
    /// The place of the payment.
    payment: usize,
    /// Where the payment is in another currency.
    pub(super) conversion: Option<Rate>,
}

/// Units of the shop's currency for one of the payment's; `None` where it cannot be stored.
pub(super) struct Rate(pub(super) Option<BigDecimal>);

/// Payments, and what they stand for by user and day, there by currency and amount.
pub(super) struct Payments {
    payments: Vec<Payment>,
    charges: HashMap<(UserId, NaiveDate), Vec<Charge>>,
}

impl Payments {
    /// What the users of these receipts paid in the days around them.
    pub(super) fn read(conn: &mut PgConnection, receipts: &[Receipt]) -> Result<Self> {
        let windows = windows(receipts);
        let users: Vec<_> = windows.keys().copied().collect();
        let (first_days, last_days): (Vec<_>, Vec<_>) = windows.into_values().unzip();
        let rows: Vec<Row> = diesel::sql_query(include_str!("payments.sql"))
            .bind::<Array<Integer>, _>(users)
            .bind::<Array<Date>, _>(first_days)
            .bind::<Array<Date>, _>(last_days)
            .load(conn)?;
        let mut charges: HashMap<_, Vec<Charge>> = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            charges
                .entry((row.user_id, row.day))
                .or_default()
                .extend(Charge::list(place, row));
        }
        for charges in charges.values_mut() {
            charges.sort_unstable_by(|a, b| a.key().cmp(&b.key()));
        }
        let payments = rows.into_iter().map(Payment::from).collect();
        Ok(Self { payments, charges })
    }

    /// The payments that are near the receipt in time and amount, in its currency, each with the days from the payment to the
    /// receipt.
    pub(super) fn near(&self, receipt: &Receipt) -> impl Iterator<Item = (i64, &Charge, &Payment)> {
        let range = receipt.total.as_ref().map(reach);
        let currency = receipt.currency.clone();
        range.into_iter().flat_map(move |(least, most)| {
            let currency = currency.clone();
            (-DAYS..=DAYS).flat_map(move |days| {
                let day = receipt.day - TimeDelta::days(days);
                let charges = self
                    .charges
                    .get(&(receipt.user, day))
                    .map_or(&[][..], Vec::as_slice);
                let from = charges.partition_point(|charge| charge.key() < (&currency, &least));
                let to = charges.partition_point(|charge| charge.key() <= (&currency, &most));
                charges[from..to]
                    .iter()
                    .map(move |charge| (days, charge, &self.payments[charge.payment]))
            })
        })
    }
}

impl Charge {
    fn list(place: usize, payment: &Row) -> impl Iterator<Item = Self> {
        let own = Self {
            currency: payment.currency.to_uppercase(),
            amount: payment.amount.clone(),
            payment: place,
            conversion: None,
        };
        let stated = conversion::stated(&payment.description, &payment.currency);
        let stated = stated.map(
            |Conversion {
                 amount,
                 currency,
                 rate,
             }| Self {
                currency,
                amount,
                payment: place,
                conversion: Some(Rate(rate)),
            },
        );
        std::iter::once(own).chain(stated)
    }

    fn key(&self) -> (&str, &BigDecimal) {
        (&self.currency, &self.amount)
    }
}

/// The first and the last day on which each user may have paid for these receipts.
fn windows(receipts: &[Receipt]) -> BTreeMap<UserId, (NaiveDate, NaiveDate)> {
    let around = TimeDelta::days(DAYS);
    let mut windows: BTreeMap<_, (NaiveDate, NaiveDate)> = BTreeMap::new();
    for receipt in receipts.iter().filter(|receipt| receipt.total.is_some()) {
        let (first, last) = (receipt.day - around, receipt.day + around);
        windows
            .entry(receipt.user)
            .and_modify(|window| *window = (window.0.min(first), window.1.max(last)))
            .or_insert((first, last));
    }
    windows
}
