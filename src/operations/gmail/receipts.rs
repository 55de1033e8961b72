//! Receipts with their mailbox and their mail, and their deletion.

use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use serde::Serialize;

use super::forgetting;
use crate::Result;
use crate::models::at_most;
use crate::models::gmail::receipt::{self, owned_by};
use crate::models::gmail::{GmailEmailContent, GmailReceipt};
use crate::schema::{gmail_connections, gmail_email_content, gmail_receipts};
use crate::types::{GmailConnectionId, GmailReceiptId, UserId};

/// A receipt with the mailbox that it came through.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = gmail_receipts,
    base_query = gmail_receipts::table.inner_join(gmail_connections::table),
    check_for_backend(diesel::pg::Pg)
)]
pub struct OwnedReceipt {
    /// The receipt.
    #[diesel(embed)]
    pub receipt: GmailReceipt,
    /// The owner of the mailbox.
    #[diesel(select_expression = gmail_connections::user_id)]
    pub user_id: UserId,
    /// The address of the mailbox.
    #[diesel(select_expression = gmail_connections::email_address)]
    pub email_address: String,
}

impl OwnedReceipt {
    /// The receipt of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without, and where it counts as
    /// deleted.
    ///
    /// Takes over `get_gmail_receipt_by_id`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
    ) -> Result<Self> {
        let mut receipt = Self::query()
            .filter(gmail_receipts::id.eq(id))
            .filter(gmail_receipts::deleted_at.is_null())
            .into_boxed();
        if let Some(owner) = owner.into() {
            receipt = receipt.filter(gmail_connections::user_id.eq(owner));
        }
        Ok(receipt.first(conn)?)
    }
}

/// A receipt with its stored mail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize)]
#[diesel(table_name = gmail_receipts, check_for_backend(diesel::pg::Pg))]
pub struct ReceiptWithMail {
    /// The receipt.
    #[diesel(embed)]
    pub receipt: GmailReceipt,
    /// The mail; `None` where it is not stored.
    #[diesel(embed)]
    pub mail: Option<GmailEmailContent>,
}

/// The stored mail of a receipt: that of its mailbox, else the one that was stored without a mailbox.
fn mail_of_receipt() -> SqlLiteral<Nullable<Integer>> {
    dsl::sql(
        "(SELECT mail.id FROM gmail_email_content AS mail
          WHERE mail.message_id = gmail_receipts.message_id
            AND (mail.connection_id = gmail_receipts.connection_id OR mail.connection_id IS NULL)
          ORDER BY mail.connection_id
          LIMIT 1)",
    )
}

#[dsl::auto_type(no_type_alias)]
fn with_mail() -> _ {
    let mail: SqlLiteral<Nullable<Integer>> = mail_of_receipt();
    gmail_receipts::table
        .left_join(gmail_email_content::table.on(gmail_email_content::id.nullable().eq(mail)))
        .filter(gmail_receipts::deleted_at.is_null())
}

impl ReceiptWithMail {
    /// The receipt of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without, and where it counts as
    /// deleted.
    ///
    /// Takes over `get_receipt_with_email_content`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
    ) -> Result<Self> {
        let mut found = with_mail()
            .filter(gmail_receipts::id.eq(id))
            .select(Self::as_select())
            .into_boxed();
        if let Some(owner) = owner.into() {
            found = found.filter(gmail_receipts::id.eq_any(receipt::ids_of(owner)));
        }
        Ok(found.first(conn)?)
    }

    /// The receipts of the owner whose shop's domain has this text somewhere, as it is written: at most `limit`. Newest
    /// first. Every receipt that has a domain has the empty text.
    ///
    /// Takes over `get_receipts_by_domain_with_content`.
    pub fn list_for_domain(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        domain: &str,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        let mut receipts = with_mail()
            .filter(gmail_receipts::merchant_domain.like(containing(domain)))
            .order((
                gmail_receipts::received_at.desc(),
                gmail_receipts::id.desc(),
            ))
            .limit(at_most(limit))
            .select(Self::as_select())
            .into_boxed();
        if let Some(owner) = owner.into() {
            receipts = receipts.filter(gmail_receipts::id.eq_any(receipt::ids_of(owner)));
        }
        Ok(receipts.load(conn)?)
    }
}

/// The pattern of `LIKE` for what has this text somewhere.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Makes a receipt of the owner count as deleted, as of now: its matches, its enrichment sources and its stored mail go.
/// Where a transaction loses its primary source the best of the others takes its place; a status `Gmail` without a match
/// that is left becomes `None`. A receipt that counted as deleted already does so as of now.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such receipt. The row of the receipt and those of its
/// attachments stay, so that a sync does not fetch the message again.
///
/// Takes over `soft_delete_gmail_receipt`.
pub fn delete(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: GmailReceiptId,
) -> Result<()> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let (mailbox, message): (GmailConnectionId, String) = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner))
            .select((gmail_receipts::connection_id, gmail_receipts::message_id))
            .for_no_key_update()
            .first(conn)?;
        forgetting::forget(conn, &[id])?;
        let mails = gmail_email_content::table
            .filter(gmail_email_content::message_id.eq(message))
            .filter(
                gmail_email_content::connection_id
                    .eq(mailbox)
                    .or(gmail_email_content::connection_id.is_null()),
            );
        diesel::delete(mails).execute(conn)?;
        diesel::update(gmail_receipts::table.find(id))
            .set((
                gmail_receipts::deleted_at.eq(dsl::now),
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .execute(conn)?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn signs_of_like_stand_for_themselves() {
        assert_eq!(containing("tide_tools"), r"%tide\_tools%");
        assert_eq!(containing(r"50%\"), r"%50\%\\%");
        assert_eq!(containing(""), "%%");
    }
}
