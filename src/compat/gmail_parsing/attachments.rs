//! Where the PDFs of mails lie.

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::gmail::{NewPdfAttachment, PdfAttachment, PdfAttachmentDetails, PdfStorage};
use crate::types::{EVERYONE, GmailReceiptId, PdfAttachmentId};

row_answer!(
    fn known(PdfAttachment) {
        id, object_key, bucket_name, filename, size_bytes,
    }
);

row_answer!(
    fn of_receipt(PdfAttachment) {
        id, bucket_name, object_key, filename, content_hash, size_bytes, mime_type, created_at,
    }
);

row_answer!(PdfStorage {
    total_attachments: files,
    total_size_bytes: bytes,
    unique_pdfs: distinct_contents,
    receipts_with_pdfs: receipts
});

impl From<PdfAttachmentDetails> for Answer {
    fn from(details: PdfAttachmentDetails) -> Self {
        let PdfAttachmentDetails {
            attachment,
            merchant_name,
            receipt_date,
        } = details;
        object! {
            "id" => attachment.id,
            "gmail_receipt_id" => attachment.gmail_receipt_id,
            "message_id" => attachment.message_id,
            "bucket_name" => attachment.bucket_name,
            "object_key" => attachment.object_key,
            "filename" => attachment.filename,
            "content_hash" => attachment.content_hash,
            "size_bytes" => attachment.size_bytes,
            "mime_type" => attachment.mime_type,
            "etag" => attachment.etag,
            "created_at" => attachment.created_at,
            "merchant_name" => merchant_name,
            "receipt_date" => receipt_date,
        }
    }
}

functions! {
    /// Attachments.
    FUNCTIONS:

    save_pdf_attachment(
        gmail_receipt_id: Option<GmailReceiptId>,
        message_id: String,
        bucket_name: String,
        object_key: String,
        filename: String,
        content_hash: String,
        size_bytes: i32,
        etag: Option<String> = null
    ) => |conn| {
        let new = NewPdfAttachment {
            gmail_receipt_id,
            bucket_name: Some(&bucket_name),
            etag: etag.as_deref(),
            ..NewPdfAttachment::new(&message_id, &object_key, &filename, &content_hash, size_bytes)
        };
        new.save(conn, EVERYONE)?.id
    },

    get_pdf_attachment_by_hash(content_hash: String) => |conn|
        PdfAttachment::find_by_content_hash(conn, EVERYONE, &content_hash)?.map(known),

    get_pdf_attachments_for_receipt(gmail_receipt_id: GmailReceiptId) => |conn|
        Answer::list(PdfAttachment::list_for_receipt(conn, EVERYONE, gmail_receipt_id)?, of_receipt),

    get_pdf_attachment_by_id(attachment_id: PdfAttachmentId) => |conn|
        optional(PdfAttachmentDetails::find(conn, EVERYONE, attachment_id))?,

    get_pdf_storage_stats() => |conn| PdfStorage::read(conn, EVERYONE)?,

    delete_pdf_attachment(attachment_id: PdfAttachmentId) => |conn|
        found(PdfAttachment::delete(conn, EVERYONE, attachment_id))?,
}
