//! The PDF of a receipt: how far it is processed, and what it says.

use diesel::dsl;
use diesel::prelude::*;

use super::findings::not_empty;
use super::{GmailReceipt, ReceiptFindings, owned_by};
use crate::Result;
use crate::models::gmail::sql_functions::lower;
use crate::schema::gmail_receipts;
use crate::types::{GmailReceiptId, PdfProcessingStatus, ReceiptParsingStatus, UserId};

impl GmailReceipt {
    /// Notes how far the PDF of a receipt of the owner is processed. An error that is not empty is stored and counts one more
    /// attempt, whatever the status; without one, both stay as they are.
    /// [`Error::NotFound`](crate::Error::NotFound) without such a receipt.
    ///
    /// Takes over `update_gmail_receipt_pdf_status`.
    pub fn set_pdf_status(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        status: PdfProcessingStatus,
        error: Option<&str>,
    ) -> Result<Self> {
        let row = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner.into()));
        let failure = not_empty(error).map(|error| {
            (
                gmail_receipts::pdf_last_error.eq(error),
                gmail_receipts::pdf_retry_count.eq(gmail_receipts::pdf_retry_count + 1),
            )
        });
        Ok(diesel::update(row)
            .set((
                gmail_receipts::pdf_processing_status.eq(status),
                failure,
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Writes what a PDF says into a receipt of the owner, which is parsed then, and gives it as it is then. With the shop's
    /// name comes the normalised one: its lower case. `receipt_hash` stays as it is, although it may not fit any more.
    ///
    /// `None` where the PDF says nothing: nothing is changed then. [`Error::NotFound`](crate::Error::NotFound) without such
    /// a receipt, [`Error::InvalidInput`](crate::Error::InvalidInput) for a confidence outside 0 to 100 or a currency that
    /// has not three letters.
    ///
    /// Takes over `update_gmail_receipt_from_pdf`.
    pub fn merge_pdf(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        findings: &ReceiptFindings<'_>,
    ) -> Result<Option<Self>> {
        let findings = findings.without_blanks();
        if findings == ReceiptFindings::default() {
            return Ok(None);
        }
        let row = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner.into()));
        let normalized = findings
            .merchant_name
            .map(|name| gmail_receipts::merchant_name_normalized.eq(lower(name).nullable()));
        let receipt = diesel::update(row)
            .set((
                findings,
                normalized,
                gmail_receipts::parsing_status.eq(ReceiptParsingStatus::Parsed),
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?;
        Ok(Some(receipt))
    }
}
