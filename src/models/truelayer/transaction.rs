//! `truelayer_transactions`: bank transactions; the heart of the data.

mod enriched;
mod enrichment;
mod merchant;
pub(super) mod metadata;
mod requirement;
mod stored_enrichment;

pub use enriched::{EnrichedTransaction, TransactionEnrichment};
pub use requirement::EnrichmentRequirement;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::TrueLayerAccount;
use super::TrueLayerImportJob;
use super::account;
use crate::Result;
use crate::models::rules::NormalizedCategory;
use crate::models::rules::NormalizedSubcategory;
use crate::models::{Filter, Ids, Page, given, one_row, owned};
use crate::schema::truelayer_transactions;
use crate::types::{
    LedgerAccountType, NormalizedCategoryId, NormalizedSubcategoryId, PreEnrichmentStatus,
    TransactionType, TrueLayerAccountId, TrueLayerImportJobId, TrueLayerTransactionId, UserId,
};

/// Bank transactions; the heart of the data: a row of `truelayer_transactions`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_transactions, belongs_to(TrueLayerAccount, foreign_key = account_id), belongs_to(NormalizedCategory, foreign_key = category_id), belongs_to(TrueLayerImportJob, foreign_key = import_job_id), belongs_to(NormalizedSubcategory, foreign_key = subcategory_id), check_for_backend(Pg))]
pub struct TrueLayerTransaction {
    /// Identity.
    pub id: TrueLayerTransactionId,
    /// `truelayer_accounts.id`, not TrueLayer's text id.
    pub account_id: TrueLayerAccountId,
    /// TrueLayer's id; may change between requests.
    pub transaction_id: String,
    /// Stable between requests; what imports deduplicate by.
    pub normalised_provider_transaction_id: String,
    /// The full instant that the bank gave, in UTC.
    pub timestamp: DateTime<Utc>,
    /// The bank's text.
    pub description: String,
    /// Without sign, in `currency`; `transaction_type` carries the direction.
    pub amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// Direction.
    pub transaction_type: TransactionType,
    /// The bank's category at import, then the primary category of the enrichment.
    pub transaction_category: Option<String>,
    /// The bank's merchant or the start of the description, then the enrichment's clean name.
    pub merchant_name: Option<String>,
    /// Balance of the account after it, in `currency`.
    pub running_balance: Option<BigDecimal>,
    /// What the bank sent beside the columns; `enrichment` holds the enrichment, `huququllah_classification` a person's choice.
    pub metadata: Option<Value>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// Class in double-entry bookkeeping.
    pub account_type: Option<LedgerAccountType>,
    /// Description of the purchase that explains it, found by matching.
    pub lookup_description: Option<String>,
    /// What is known before enrichment.
    pub pre_enrichment_status: Option<PreEnrichmentStatus>,
    /// Whether it waits for enrichment.
    pub enrichment_required: bool,
    /// Managed category.
    pub category_id: Option<NormalizedCategoryId>,
    /// Managed subcategory.
    pub subcategory_id: Option<NormalizedSubcategoryId>,
    /// The import that brought it.
    pub import_job_id: Option<TrueLayerImportJobId>,
}

/// Where a row stands in the list of transactions: its `timestamp`, then its `id`.
pub type TransactionKey = (DateTime<Utc>, TrueLayerTransactionId);

/// A row for `truelayer_transactions`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerTransaction`"
)]
pub struct NewTrueLayerTransaction<'a> {
    pub account_id: TrueLayerAccountId,
    pub transaction_id: &'a str,
    pub normalised_provider_transaction_id: &'a str,
    pub timestamp: DateTime<Utc>,
    pub description: &'a str,
    pub amount: &'a BigDecimal,
    pub currency: &'a str,
    pub transaction_type: TransactionType,
    pub transaction_category: Option<&'a str>,
    pub merchant_name: Option<&'a str>,
    pub running_balance: Option<&'a BigDecimal>,
    pub metadata: Option<&'a Value>,
    pub account_type: Option<LedgerAccountType>,
    pub lookup_description: Option<&'a str>,
    pub pre_enrichment_status: Option<Option<PreEnrichmentStatus>>,
    pub enrichment_required: Option<bool>,
    pub category_id: Option<NormalizedCategoryId>,
    pub subcategory_id: Option<NormalizedSubcategoryId>,
    pub import_job_id: Option<TrueLayerImportJobId>,
}

/// What to change in a row of `truelayer_transactions`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerTransaction`"
)]
pub struct TrueLayerTransactionChanges<'a> {
    pub transaction_id: Option<&'a str>,
    pub timestamp: Option<DateTime<Utc>>,
    pub description: Option<&'a str>,
    pub amount: Option<&'a BigDecimal>,
    pub currency: Option<&'a str>,
    pub transaction_type: Option<TransactionType>,
    pub transaction_category: Option<Option<&'a str>>,
    pub merchant_name: Option<Option<&'a str>>,
    pub running_balance: Option<Option<&'a BigDecimal>>,
    pub metadata: Option<Option<&'a Value>>,
    pub account_type: Option<Option<LedgerAccountType>>,
    pub lookup_description: Option<Option<&'a str>>,
    pub pre_enrichment_status: Option<Option<PreEnrichmentStatus>>,
    pub enrichment_required: Option<bool>,
    pub category_id: Option<Option<NormalizedCategoryId>>,
    pub subcategory_id: Option<Option<NormalizedSubcategoryId>>,
    pub import_job_id: Option<Option<TrueLayerImportJobId>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_transactions::table> {
    owned(owner, |owner| {
        truelayer_transactions::account_id
            .eq_any(account::ids_of(owner))
            .nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(
    owner: UserId,
) -> Ids<truelayer_transactions::table, truelayer_transactions::id> {
    truelayer_transactions::table
        .select(truelayer_transactions::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// Rows of one account, or of all.
pub(super) fn of_account(
    account: Option<TrueLayerAccountId>,
) -> Filter<truelayer_transactions::table> {
    given(account, |account| {
        truelayer_transactions::account_id.eq(account).nullable()
    })
}

/// Rows that come after a row where the newest are first, or all.
pub(super) fn after(key: Option<TransactionKey>) -> Filter<truelayer_transactions::table> {
    given(key, |(timestamp, id)| {
        truelayer_transactions::timestamp
            .le(timestamp)
            .and(
                truelayer_transactions::timestamp
                    .lt(timestamp)
                    .or(truelayer_transactions::id.lt(id)),
            )
            .nullable()
    })
}

/// Locks the owner's transactions with these ids, in the order of their ids, and gives the ids that are there.
///
/// Who writes what hangs on a transaction (its sources, its matches) locks the transaction first, so that writers go one
/// after the other and never wait for each other.
pub(crate) fn lock(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    ids: &[TrueLayerTransactionId],
) -> Result<Vec<TrueLayerTransactionId>> {
    Ok(truelayer_transactions::table
        .select(truelayer_transactions::id)
        .filter(truelayer_transactions::id.eq_any(ids))
        .filter(owned_by(owner))
        .order(truelayer_transactions::id)
        .for_no_key_update()
        .load(conn)?)
}

impl<'a> NewTrueLayerTransaction<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "that many columns have no default"
    )]
    /// A row with what has no default.
    pub const fn new(
        account_id: TrueLayerAccountId,
        transaction_id: &'a str,
        normalised_provider_transaction_id: &'a str,
        timestamp: DateTime<Utc>,
        description: &'a str,
        amount: &'a BigDecimal,
        currency: &'a str,
        transaction_type: TransactionType,
    ) -> Self {
        Self {
            account_id,
            transaction_id,
            normalised_provider_transaction_id,
            timestamp,
            description,
            amount,
            currency,
            transaction_type,
            transaction_category: None,
            merchant_name: None,
            running_balance: None,
            metadata: None,
            account_type: None,
            lookup_description: None,
            pre_enrichment_status: None,
            enrichment_required: None,
            category_id: None,
            subcategory_id: None,
            import_job_id: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `normalised_provider_transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerTransaction> {
        Ok(self
            .insert_into(truelayer_transactions::table)
            .returning(TrueLayerTransaction::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `normalised_provider_transaction_id` is there already, for whatever account; `None` then.
    /// The amounts are in major units of `currency` and keep their decimals.
    ///
    /// Takes over `insert_truelayer_transaction`.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<TrueLayerTransaction>> {
        Ok(self
            .insert_into(truelayer_transactions::table)
            .on_conflict(truelayer_transactions::normalised_provider_transaction_id)
            .do_nothing()
            .returning(TrueLayerTransaction::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Inserts the rows whose `normalised_provider_transaction_id` is not there already, and gives the ids of these.
    /// All or none: where one row is refused, so are the others.
    ///
    /// For what a bank's answer holds, a few hundred rows. Whole exports go in by `COPY`, as [`import`] does.
    ///
    /// [`import`]: crate::operations
    pub fn insert_all_new(
        rows: &[Self],
        conn: &mut PgConnection,
    ) -> Result<Vec<TrueLayerTransactionId>> {
        /// As many rows as the 65,535 parameters of a statement allow, and some room.
        const ROWS: usize = 3_000;
        let mut rows = rows.to_vec();
        // In the order of the unique key, so that two inserts at once never wait for each other in a circle.
        rows.sort_by_key(|row| row.normalised_provider_transaction_id);
        conn.transaction(|conn| {
            let mut inserted = Vec::with_capacity(rows.len());
            for rows in rows.chunks(ROWS) {
                let ids = diesel::insert_into(truelayer_transactions::table)
                    .values(rows)
                    .on_conflict(truelayer_transactions::normalised_provider_transaction_id)
                    .do_nothing()
                    .returning(truelayer_transactions::id)
                    .load::<TrueLayerTransactionId>(conn)?;
                inserted.extend(ids);
            }
            Ok(inserted)
        })
    }
}

impl TrueLayerTransaction {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_truelayer_transaction_by_pk` and `get_truelayer_transaction_for_matching`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_transactions::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `normalised_provider_transaction_id`, if any. Not to be asked before an insert, which
    /// [knows itself](NewTrueLayerTransaction::insert_if_new).
    ///
    /// Takes over `get_truelayer_transaction_by_id`.
    pub fn find_by_normalised_provider_transaction_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        normalised_provider_transaction_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(
                truelayer_transactions::normalised_provider_transaction_id
                    .eq(normalised_provider_transaction_id),
            )
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of the owner, of one account or of all. Newest first.
    ///
    /// Takes over `get_all_truelayer_transactions`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account: Option<TrueLayerAccountId>,
        page: Page<TransactionKey>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(of_account(account))
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(page.rows())
            .load(conn)?)
    }

    /// The ids of what one import of the owner brought, ascending.
    ///
    /// Takes over `get_job_transaction_ids`.
    pub fn ids_of_import(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        job: TrueLayerImportJobId,
    ) -> Result<Vec<TrueLayerTransactionId>> {
        Ok(truelayer_transactions::table
            .filter(truelayer_transactions::import_job_id.eq(job))
            .filter(owned_by(owner.into()))
            .order(truelayer_transactions::id)
            .select(truelayer_transactions::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        changes: &TrueLayerTransactionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_transactions::table
                .find(id)
                .filter(owned_by(owner)),
        )
        .set(changes)
        .returning(Self::as_returning())
        .get_result(conn)
        .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_transactions::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
