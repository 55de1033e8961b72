//! [`PdfAttachmentDetails`]: a file with what its receipt says.

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::PdfAttachment;
use crate::Result;
use crate::models::gmail::receipt;
use crate::schema::{gmail_receipts, pdf_attachments};
use crate::types::{PdfAttachmentId, UserId};

/// A file with shop and day of its receipt, one that counts as deleted too.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = pdf_attachments,
    base_query = pdf_attachments::table.left_join(gmail_receipts::table),
    check_for_backend(Pg)
)]
pub struct PdfAttachmentDetails {
    /// The file.
    #[diesel(embed)]
    pub attachment: PdfAttachment,
    /// The shop; `None` without a receipt.
    #[diesel(select_expression = gmail_receipts::merchant_name.nullable())]
    pub merchant_name: Option<String>,
    /// Day of the purchase; `None` without a receipt.
    #[diesel(select_expression = gmail_receipts::receipt_date.nullable())]
    pub receipt_date: Option<NaiveDate>,
}

impl PdfAttachmentDetails {
    /// The file of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_pdf_attachment_by_id`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: PdfAttachmentId,
    ) -> Result<Self> {
        let mut file = Self::query()
            .filter(pdf_attachments::id.eq(id))
            .into_boxed();
        if let Some(owner) = owner.into() {
            file = file
                .filter(pdf_attachments::gmail_receipt_id.eq_any(receipt::nullable_ids_of(owner)));
        }
        Ok(file.get_result(conn)?)
    }
}
