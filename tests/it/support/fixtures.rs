//! Rows for the tests to hang theirs on, inserted through the models.

use diesel::prelude::*;
use spending_db::models::amazon::{NewAmazonBusinessOrder, NewAmazonOrder};
use spending_db::models::apple::NewAppleTransaction;
use spending_db::models::core::NewUser;
use spending_db::models::gmail::{NewGmailConnection, NewGmailReceipt, NewGmailSyncJob};
use spending_db::models::legacy::NewTransaction;
use spending_db::models::rules::{
    NewCustomCategory, NewNormalizedCategory, NewNormalizedSubcategory,
};
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerCard, NewTrueLayerEnrichmentJob,
    NewTrueLayerImportJob, NewTrueLayerTransaction,
};
use spending_db::types::{
    AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, BankConnectionId, CustomCategoryId,
    CustomCategoryType, EncryptedToken, GmailConnectionId, GmailReceiptId, GmailSyncJobId,
    NormalizedCategoryId, NormalizedSubcategoryId, TransactionId, TransactionType,
    TrueLayerAccountId, TrueLayerCardId, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};

use super::rows::{at, day, decimal};

pub(crate) fn user(conn: &mut PgConnection, name: &str) -> UserId {
    let email = format!("{name}@fixture.example");
    NewUser::new(&email).insert(conn).unwrap().id
}

pub(crate) fn bank_connection(
    conn: &mut PgConnection,
    user: UserId,
    provider: &str,
) -> BankConnectionId {
    let new = NewBankConnection::new(user, provider, "A bank");
    new.insert(conn).unwrap().id
}

pub(crate) fn account(
    conn: &mut PgConnection,
    connection: BankConnectionId,
    id: &str,
) -> TrueLayerAccountId {
    let new = NewTrueLayerAccount::new(connection, id, "TRANSACTION", "Current account", "GBP");
    new.insert(conn).unwrap().id
}

pub(crate) fn card(
    conn: &mut PgConnection,
    connection: BankConnectionId,
    id: &str,
) -> TrueLayerCardId {
    let new = NewTrueLayerCard::new(connection, id);
    new.insert(conn).unwrap().id
}

/// A payment of 12.50 pounds at noon of 1 March 2026, known by `id`.
pub(crate) fn transaction(
    conn: &mut PgConnection,
    account: TrueLayerAccountId,
    id: &str,
) -> TrueLayerTransactionId {
    let amount = decimal("12.50");
    let new = NewTrueLayerTransaction::new(
        account,
        id,
        id,
        at("2026-03-01T12:00:00Z"),
        "AMAZON.CO.UK",
        &amount,
        "GBP",
        TransactionType::Debit,
    );
    new.insert(conn).unwrap().id
}

pub(crate) fn amazon_order(conn: &mut PgConnection, number: &str) -> AmazonOrderId {
    let (date, total) = (day("2026-02-28"), decimal("12.50"));
    let new = NewAmazonOrder::new(number, date, "Amazon.co.uk", "GBP", &total, "A book");
    new.insert(conn).unwrap().id
}

pub(crate) fn business_order(conn: &mut PgConnection, number: &str) -> AmazonBusinessOrderId {
    let new = NewAmazonBusinessOrder::new(number, day("2026-02-28"));
    new.insert(conn).unwrap().id
}

pub(crate) fn apple_transaction(conn: &mut PgConnection, number: &str) -> AppleTransactionId {
    let (date, total) = (day("2026-02-28"), decimal("12.50"));
    let new = NewAppleTransaction::new(number, date, &total, "GBP", "A game");
    new.insert(conn).unwrap().id
}

pub(crate) fn mailbox(conn: &mut PgConnection, user: UserId, address: &str) -> GmailConnectionId {
    let (access, refresh) = (
        EncryptedToken::from_stored("access"),
        EncryptedToken::from_stored("refresh"),
    );
    let new = NewGmailConnection::new(user, address, &access, &refresh);
    new.insert(conn).unwrap().id
}

pub(crate) fn receipt(
    conn: &mut PgConnection,
    mailbox: GmailConnectionId,
    message: &str,
) -> GmailReceiptId {
    let received = at("2026-02-28T09:00:00Z");
    let new = NewGmailReceipt::new(mailbox, message, "shop@example.com", received, 90);
    new.insert(conn).unwrap().id
}

/// A user with one of everything that rows of other tables refer to.
pub(crate) struct Household {
    pub(crate) user: UserId,
    pub(crate) connection: BankConnectionId,
    pub(crate) account: TrueLayerAccountId,
    pub(crate) savings: TrueLayerAccountId,
    pub(crate) payment: TrueLayerTransactionId,
    pub(crate) refund: TrueLayerTransactionId,
    pub(crate) card: TrueLayerCardId,
    pub(crate) import_job: TrueLayerImportJobId,
    pub(crate) enrichment_job: TrueLayerEnrichmentJobId,
    pub(crate) order: AmazonOrderId,
    pub(crate) other_order: AmazonOrderId,
    pub(crate) business_order: AmazonBusinessOrderId,
    pub(crate) other_business_order: AmazonBusinessOrderId,
    pub(crate) purchase: AppleTransactionId,
    pub(crate) other_purchase: AppleTransactionId,
    pub(crate) mailbox: GmailConnectionId,
    pub(crate) receipt: GmailReceiptId,
    pub(crate) sync_job: GmailSyncJobId,
    pub(crate) category: NormalizedCategoryId,
    pub(crate) subcategory: NormalizedSubcategoryId,
    pub(crate) custom_category: CustomCategoryId,
    pub(crate) statement_line: TransactionId,
    pub(crate) other_statement_line: TransactionId,
}

impl Household {
    /// The household of a user with this name, which all its keys start with.
    pub(crate) fn new(conn: &mut PgConnection, name: &str) -> Self {
        let key = |what: &str| format!("{name}-{what}");
        let user = user(conn, name);
        let connection = bank_connection(conn, user, &key("bank"));
        let current = account(conn, connection, &key("current"));
        let inbox = mailbox(conn, user, &key("mail@fixture.example"));
        let category = NewNormalizedCategory::new(&key("category"))
            .insert(conn)
            .unwrap()
            .id;
        let subcategory = NewNormalizedSubcategory::new(category, "subcategory");
        let custom = NewCustomCategory::new(user, "custom", CustomCategoryType::Promoted);
        let amount = decimal("-12.50");
        let line = NewTransaction::new(day("2026-03-01"), "AMAZON.CO.UK", &amount);
        Self {
            user,
            connection,
            account: current,
            savings: account(conn, connection, &key("savings")),
            payment: transaction(conn, current, &key("payment")),
            refund: transaction(conn, current, &key("refund")),
            card: card(conn, connection, &key("card")),
            import_job: NewTrueLayerImportJob::new(user).insert(conn).unwrap().id,
            enrichment_job: NewTrueLayerEnrichmentJob::new(user)
                .insert(conn)
                .unwrap()
                .id,
            order: amazon_order(conn, &key("order")),
            other_order: amazon_order(conn, &key("other-order")),
            business_order: business_order(conn, &key("business-order")),
            other_business_order: business_order(conn, &key("other-business-order")),
            purchase: apple_transaction(conn, &key("purchase")),
            other_purchase: apple_transaction(conn, &key("other-purchase")),
            mailbox: inbox,
            receipt: receipt(conn, inbox, &key("message")),
            sync_job: NewGmailSyncJob::new(inbox).insert(conn).unwrap().id,
            category,
            subcategory: subcategory.insert(conn).unwrap().id,
            custom_category: custom.insert(conn).unwrap().id,
            statement_line: line.insert(conn).unwrap().id,
            other_statement_line: line.insert(conn).unwrap().id,
        }
    }
}
