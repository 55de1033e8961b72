//! `pdf_attachments`: where a receipt's PDF lies in object storage.

mod details;
mod storage;

pub use details::PdfAttachmentDetails;
pub use storage::PdfStorage;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::upsert::excluded;
use serde::Serialize;

use super::GmailReceipt;
use super::receipt;
use crate::models::{Filter, one_row, owned};
use crate::schema::pdf_attachments;
use crate::types::{GmailReceiptId, PdfAttachmentId, UserId};
use crate::{Error, Result};

/// Where a receipt's PDF lies in object storage: a row of `pdf_attachments`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = pdf_attachments, belongs_to(GmailReceipt, foreign_key = gmail_receipt_id), check_for_backend(Pg))]
pub struct PdfAttachment {
    /// Identity.
    pub id: PdfAttachmentId,
    /// The receipt.
    pub gmail_receipt_id: Option<GmailReceiptId>,
    /// Gmail's id of the message.
    pub message_id: String,
    /// Bucket of the object store.
    pub bucket_name: Option<String>,
    /// Key in that bucket.
    pub object_key: String,
    /// The attachment's name.
    pub filename: String,
    /// SHA-256 of the content, hex.
    pub content_hash: String,
    /// Size.
    pub size_bytes: i32,
    /// Media type.
    pub mime_type: Option<String>,
    /// The object store's entity tag.
    pub etag: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `pdf_attachments`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = pdf_attachments, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `PdfAttachment`")]
pub struct NewPdfAttachment<'a> {
    pub gmail_receipt_id: Option<GmailReceiptId>,
    pub message_id: &'a str,
    pub bucket_name: Option<&'a str>,
    pub object_key: &'a str,
    pub filename: &'a str,
    pub content_hash: &'a str,
    pub size_bytes: i32,
    pub mime_type: Option<&'a str>,
    pub etag: Option<&'a str>,
}

/// What to change in a row of `pdf_attachments`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = pdf_attachments, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `PdfAttachment`")]
pub struct PdfAttachmentChanges<'a> {
    pub bucket_name: Option<Option<&'a str>>,
    pub content_hash: Option<&'a str>,
    pub size_bytes: Option<i32>,
    pub mime_type: Option<Option<&'a str>>,
    pub etag: Option<Option<&'a str>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<pdf_attachments::table> {
    owned(owner, |owner| {
        pdf_attachments::gmail_receipt_id
            .eq_any(receipt::nullable_ids_of(owner))
            .nullable()
    })
}

impl<'a> NewPdfAttachment<'a> {
    /// A row with what has no default.
    pub const fn new(
        message_id: &'a str,
        object_key: &'a str,
        filename: &'a str,
        content_hash: &'a str,
        size_bytes: i32,
    ) -> Self {
        Self {
            gmail_receipt_id: None,
            message_id,
            bucket_name: None,
            object_key,
            filename,
            content_hash,
            size_bytes,
            mime_type: None,
            etag: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`] where its `message_id` and `filename` are or its `object_key` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<PdfAttachment> {
        Ok(self
            .insert_into(pdf_attachments::table)
            .returning(PdfAttachment::as_returning())
            .get_result(conn)?)
    }

    /// Notes where a file of a message lies. A file that is known already by its `message_id` and `filename` gets the new
    /// place, hash, size and entity tag, and the receipt where one is given; it keeps its media type. What lay at the old
    /// place is for the caller to remove.
    ///
    /// [`Error::Conflict`] where the `object_key` belongs to another file, or the file to another user's receipt;
    /// [`Error::Reference`] where the owner has no such receipt.
    ///
    /// Takes over `save_pdf_attachment`.
    pub fn save(
        &self,
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<PdfAttachment> {
        let owner = owner.into();
        if let Some(owner) = owner {
            check_receipt(conn, owner, self.gmail_receipt_id)?;
        }
        let upsert = self
            .insert_into(pdf_attachments::table)
            .on_conflict((pdf_attachments::message_id, pdf_attachments::filename))
            .do_update()
            .set((
                pdf_attachments::bucket_name.eq(excluded(pdf_attachments::bucket_name)),
                pdf_attachments::object_key.eq(excluded(pdf_attachments::object_key)),
                pdf_attachments::content_hash.eq(excluded(pdf_attachments::content_hash)),
                pdf_attachments::size_bytes.eq(excluded(pdf_attachments::size_bytes)),
                pdf_attachments::etag.eq(excluded(pdf_attachments::etag)),
                self.gmail_receipt_id
                    .map(|receipt| pdf_attachments::gmail_receipt_id.eq(receipt)),
            ));
        let mine = owned_by(owner).or(pdf_attachments::gmail_receipt_id.is_null());
        diesel::query_dsl::methods::FilterDsl::filter(upsert, mine)
            .returning(PdfAttachment::as_returning())
            .get_result(conn)
            .optional()?
            .ok_or_else(|| Error::Conflict {
                constraint: "pdf_attachments_message_id_filename_key".to_owned(),
            })
    }

    /// Inserts the row, or changes what is given in the one with the same `message_id` and `filename`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<PdfAttachment> {
        Ok(self
            .insert_into(pdf_attachments::table)
            .on_conflict((pdf_attachments::message_id, pdf_attachments::filename))
            .do_update()
            .set(self)
            .returning(PdfAttachment::as_returning())
            .get_result(conn)?)
    }
}

/// A receipt of the owner, as far as the files that are stored for it are concerned.
fn check_receipt(
    conn: &mut PgConnection,
    owner: UserId,
    receipt: Option<GmailReceiptId>,
) -> Result<()> {
    let Some(receipt) = receipt else {
        return Ok(());
    };
    GmailReceipt::find(conn, owner, receipt).map_or_else(
        |error| match error {
            Error::NotFound => Err(Error::Reference {
                constraint: "pdf_attachments_gmail_receipt_id_fkey".to_owned(),
            }),
            error => Err(error),
        },
        |_| Ok(()),
    )
}

impl PdfAttachment {
    /// The row of the owner with this id; [`Error::NotFound`] without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: PdfAttachmentId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(pdf_attachments::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `message_id` and `filename`, if any.
    pub fn find_by_message_id_and_filename(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        message_id: &str,
        filename: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(pdf_attachments::message_id.eq(message_id))
            .filter(pdf_attachments::filename.eq(filename))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The row of the owner with this `object_key`, if any.
    pub fn find_by_object_key(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        object_key: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(pdf_attachments::object_key.eq(object_key))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The file of the owner with exactly this content, of several the one with the lowest id, if any.
    ///
    /// Takes over `get_pdf_attachment_by_hash`.
    pub fn find_by_content_hash(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        content_hash: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(pdf_attachments::content_hash.eq(content_hash))
            .filter(owned_by(owner.into()))
            .order(pdf_attachments::id)
            .first(conn)
            .optional()?)
    }

    /// The rows of one receipt of the owner. Oldest first.
    ///
    /// Takes over `get_pdf_attachments_for_receipt`.
    pub fn list_for_receipt(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        receipt: GmailReceiptId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(pdf_attachments::gmail_receipt_id.eq(receipt))
            .filter(owned_by(owner.into()))
            .order((pdf_attachments::created_at, pdf_attachments::id))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`] without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: PdfAttachmentId,
        changes: &PdfAttachmentChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(pdf_attachments::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id and gives it a last time: what it names in the object store is for the
    /// caller to remove. [`Error::NotFound`] without.
    pub fn take(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: PdfAttachmentId,
    ) -> Result<Self> {
        let row = pdf_attachments::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::delete(row)
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`] without. [`take`](Self::take) tells what it named.
    ///
    /// Takes over `delete_pdf_attachment`.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: PdfAttachmentId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            pdf_attachments::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
