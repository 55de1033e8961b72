//! A source with the purchase that it points at.

use diesel::prelude::*;

use super::removal::RETURN_MATCH;
use crate::Result;
use crate::models::amazon::{AmazonBusinessLineItem, AmazonBusinessOrder, AmazonOrder};
use crate::models::apple::AppleTransaction;
use crate::models::enrichment::TransactionEnrichmentSource;
use crate::models::gmail::{GmailReceipt, PdfAttachment, receipt};
use crate::schema::{
    amazon_business_line_items, amazon_business_orders, amazon_orders, apple_transactions,
    gmail_receipts, pdf_attachments,
};
use crate::types::{EnrichmentSourceType, TransactionEnrichmentSourceId, UserId};

/// A source and the purchase that it points at.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceDetails {
    /// The source.
    pub source: TransactionEnrichmentSource,
    /// The purchase; `None` for a source by hand, one that points at nothing, and where the purchase is gone.
    pub purchase: Option<Purchase>,
}

/// A purchase as its source knows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Purchase {
    /// An order of the retail order history.
    Amazon {
        /// The order.
        order: AmazonOrder,
        /// Its products by name; commas belong to a name.
        products: Vec<String>,
    },
    /// An Amazon Business order.
    AmazonBusiness {
        /// The order.
        order: AmazonBusinessOrder,
        /// Its lines by id.
        lines: Vec<AmazonBusinessLineItem>,
    },
    /// An App Store purchase.
    Apple {
        /// The purchase.
        purchase: AppleTransaction,
        /// Its apps by name; commas belong to a name.
        apps: Vec<String>,
    },
    /// A receipt from a mailbox, not a deleted one.
    Gmail {
        /// The receipt.
        receipt: Box<GmailReceipt>,
        /// Its PDFs, oldest first.
        attachments: Vec<PdfAttachment>,
    },
}

/// The source with this id of a transaction of the owner, with the purchase that it points at;
/// [`Error::NotFound`](crate::Error::NotFound) without. A receipt has to be the owner's too.
///
/// Takes over `get_enrichment_source_full_details`.
pub fn find_details(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: TransactionEnrichmentSourceId,
) -> Result<SourceDetails> {
    let owner = owner.into();
    let source = TransactionEnrichmentSource::find(conn, owner, id)?;
    let refunds_order = source.match_method.as_deref() == Some(RETURN_MATCH);
    let purchase = match (source.source_id, &source.order_id) {
        (_, Some(order_id)) if refunds_order => refunded(conn, order_id)?,
        (Some(id), _) => find_purchase(conn, owner, source.source_type, id)?,
        (None, _) => None,
    };
    Ok(SourceDetails { source, purchase })
}

fn find_purchase(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    source_type: EnrichmentSourceType,
    id: i32,
) -> Result<Option<Purchase>> {
    match source_type {
        EnrichmentSourceType::Amazon => amazon(conn, id),
        EnrichmentSourceType::AmazonBusiness => amazon_business(conn, id),
        EnrichmentSourceType::Apple => apple(conn, id),
        EnrichmentSourceType::Gmail => gmail(conn, owner, id),
        EnrichmentSourceType::AmazonFresh | EnrichmentSourceType::Manual => Ok(None),
    }
}

fn amazon(conn: &mut PgConnection, id: i32) -> Result<Option<Purchase>> {
    let order = AmazonOrder::query()
        .filter(amazon_orders::id.eq(id))
        .first(conn)
        .optional()?;
    Ok(order.map(retail))
}

/// The order that a refund is of.
fn refunded(conn: &mut PgConnection, order_id: &str) -> Result<Option<Purchase>> {
    Ok(AmazonOrder::find_by_order_id(conn, order_id)?.map(retail))
}

fn retail(order: AmazonOrder) -> Purchase {
    Purchase::Amazon {
        products: names(&order.product_names),
        order,
    }
}

fn amazon_business(conn: &mut PgConnection, id: i32) -> Result<Option<Purchase>> {
    let order = AmazonBusinessOrder::query()
        .filter(amazon_business_orders::id.eq(id))
        .first(conn)
        .optional()?;
    let Some(order) = order else { return Ok(None) };
    let lines = AmazonBusinessLineItem::query()
        .filter(amazon_business_line_items::order_id.eq(&order.order_id))
        .order(amazon_business_line_items::id)
        .load(conn)?;
    Ok(Some(Purchase::AmazonBusiness { order, lines }))
}

fn apple(conn: &mut PgConnection, id: i32) -> Result<Option<Purchase>> {
    let purchase = AppleTransaction::query()
        .filter(apple_transactions::id.eq(id))
        .first(conn)
        .optional()?;
    Ok(purchase.map(|purchase| Purchase::Apple {
        apps: names(&purchase.app_names),
        purchase,
    }))
}

fn gmail(conn: &mut PgConnection, owner: Option<UserId>, id: i32) -> Result<Option<Purchase>> {
    let receipt = GmailReceipt::query()
        .filter(gmail_receipts::id.eq(id))
        .filter(gmail_receipts::deleted_at.is_null())
        .filter(receipt::owned_by(owner))
        .first(conn)
        .optional()?;
    let Some(receipt) = receipt else {
        return Ok(None);
    };
    let attachments = PdfAttachment::query()
        .filter(pdf_attachments::gmail_receipt_id.eq(receipt.id))
        .order((pdf_attachments::created_at, pdf_attachments::id))
        .load(conn)?;
    Ok(Some(Purchase::Gmail {
        receipt: Box::new(receipt),
        attachments,
    }))
}

/// The names that an importer joined.
fn names(joined: &str) -> Vec<String> {
    joined
        .split(" | ")
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
