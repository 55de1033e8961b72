//! [`PdfStorage`]: how much is stored.

use diesel::dsl::{count, sum};
use diesel::prelude::*;
use serde::Serialize;

use super::owned_by;
use crate::Result;
use crate::schema::pdf_attachments;
use crate::types::UserId;

/// How many files are stored and how large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PdfStorage {
    /// Number of files.
    pub files: i64,
    /// Their size in bytes.
    pub bytes: i64,
    /// How many of them have a content of their own.
    pub distinct_contents: i64,
    /// How many receipts have files.
    pub receipts: i64,
}

impl PdfStorage {
    /// Adds up the files of the owner.
    ///
    /// Takes over `get_pdf_storage_stats`.
    pub fn read(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Self> {
        let (files, bytes, distinct_contents, receipts): (i64, Option<i64>, i64, i64) =
            pdf_attachments::table
                .filter(owned_by(owner.into()))
                .select((
                    count(pdf_attachments::id),
                    sum(pdf_attachments::size_bytes),
                    count(pdf_attachments::content_hash).aggregate_distinct(),
                    count(pdf_attachments::gmail_receipt_id).aggregate_distinct(),
                ))
                .get_result(conn)?;
        Ok(Self {
            files,
            bytes: bytes.unwrap_or_default(),
            distinct_contents,
            receipts,
        })
    }
}
