//! Nobody reads or changes the rows of another by their ids.

use std::fmt::Debug;

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use serde_json::json;
use spending_db::models::Page;
use spending_db::models::core::NewUser;
use spending_db::models::truelayer::{
    BankConnection, BankConnectionChanges, ConnectionTokens, EnrichedTransaction,
    EnrichmentJobStep, ImportCounts, ImportJobStep, ListedConnection, NewTrueLayerBalance,
    NewTrueLayerCardBalanceSnapshot, NewTrueLayerCardTransaction, NewTrueLayerEnrichmentJob,
    NewTrueLayerImportJob, NewTrueLayerTransaction, TransactionEnrichment, TrueLayerAccount,
    TrueLayerAccountChanges, TrueLayerBalance, TrueLayerCard, TrueLayerCardBalanceSnapshot,
    TrueLayerCardChanges, TrueLayerCardTransaction, TrueLayerEnrichmentJob, TrueLayerImportJob,
    TrueLayerImportProgress, TrueLayerTransaction,
};
use spending_db::operations::import_jobs;
use spending_db::types::{
    BankConnectionStatus, EVERYONE, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};
use spending_db::{Error, Result};

use super::{Feed, at, payment};
use crate::support::TestDatabase;

/// What an operation gives, as far as it says whether there is anything.
trait Found: Debug {
    fn found(&self) -> bool;
}

impl<T: Debug> Found for Vec<T> {
    fn found(&self) -> bool {
        !self.is_empty()
    }
}

impl<T: Debug> Found for Option<T> {
    fn found(&self) -> bool {
        self.is_some()
    }
}

impl Found for i64 {
    fn found(&self) -> bool {
        *self > 0
    }
}

/// A row that a question for one row gives.
#[derive(Debug)]
struct Row<T>(T);

impl<T: Debug> Found for Row<T> {
    fn found(&self) -> bool {
        true
    }
}

fn row<T>(row: Result<T>) -> Result<Option<Row<T>>> {
    match row {
        Ok(row) => Ok(Some(Row(row))),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

struct Rows {
    feed: Feed,
    transaction: TrueLayerTransactionId,
    import: TrueLayerImportJobId,
    run: TrueLayerEnrichmentJobId,
}

impl Rows {
    fn of(conn: &mut PgConnection) -> Self {
        let feed = Feed::of(conn, "ada");
        let one = BigDecimal::from(1);
        let moment = at("2025-01-01T00:00:00Z");
        let import = NewTrueLayerImportJob::new(feed.user)
            .insert(conn)
            .unwrap()
            .id;
        let metadata = json!({"enrichment": {}});
        let enriched = NewTrueLayerTransaction {
            metadata: Some(&metadata),
            import_job_id: Some(import),
            ..payment(feed.account, "enriched", "2025-01-01T00:00:00Z", &one)
        };
        payment(feed.account, "plain", "2025-01-02T00:00:00Z", &one)
            .insert(conn)
            .unwrap();
        NewTrueLayerBalance::new(feed.account, &one, "GBP", moment)
            .insert(conn)
            .unwrap();
        NewTrueLayerCardBalanceSnapshot::new(feed.card, &one, "GBP", moment)
            .insert(conn)
            .unwrap();
        let card_transaction = NewTrueLayerCardTransaction {
            normalised_provider_id: Some("c"),
            ..NewTrueLayerCardTransaction::new(feed.card)
        };
        card_transaction.insert(conn).unwrap();
        let counts = ImportCounts::default();
        TrueLayerImportProgress::record(conn, feed.user, import, feed.account, counts, None)
            .unwrap();
        Self {
            feed,
            transaction: enriched.insert(conn).unwrap().id,
            import,
            run: NewTrueLayerEnrichmentJob::new(feed.user)
                .insert(conn)
                .unwrap()
                .id,
        }
    }
}

type Question = Box<dyn Fn(&mut PgConnection, Option<UserId>) -> Result<Box<dyn Found>>>;

fn ask<T: Found + 'static>(
    question: impl Fn(&mut PgConnection, Option<UserId>) -> Result<T> + 'static,
) -> Question {
    Box::new(move |conn, owner| Ok(Box::new(question(conn, owner)?)))
}

#[expect(clippy::too_many_lines, reason = "a line a question")]
fn questions(rows: &Rows) -> Vec<(&'static str, Question)> {
    let (feed, transaction, import, run) = (rows.feed, rows.transaction, rows.import, rows.run);
    let tokens = ConnectionTokens {
        access_token: None,
        refresh_token: None,
        expires_at: None,
    };
    let renamed = BankConnectionChanges {
        provider_name: Some("Renamed"),
        connection_status: Some(BankConnectionStatus::Active),
        ..BankConnectionChanges::default()
    };
    let account = TrueLayerAccountChanges {
        last_synced_at: Some(None),
        ..TrueLayerAccountChanges::default()
    };
    let card = TrueLayerCardChanges {
        last_synced_at: Some(None),
        ..TrueLayerCardChanges::default()
    };
    let all = Page::ALL;
    vec![
        ("connections", ask(ListedConnection::list_for_user)),
        (
            "connection",
            ask(move |c, o| row(BankConnection::find(c, o, feed.connection))),
        ),
        (
            "accounts",
            ask(move |c, o| TrueLayerAccount::list_for_connection(c, o, feed.connection)),
        ),
        (
            "account by id",
            ask(|c, o| TrueLayerAccount::find_by_account_id(c, o, "acc")),
        ),
        (
            "rename",
            ask(move |c, o| row(BankConnection::update(c, o, feed.connection, &renamed))),
        ),
        (
            "tokens",
            ask(move |c, o| row(BankConnection::set_tokens(c, o, feed.connection, &tokens))),
        ),
        (
            "account sync",
            ask(move |c, o| row(TrueLayerAccount::update(c, o, feed.account, &account))),
        ),
        (
            "transaction",
            ask(move |c, o| row(TrueLayerTransaction::find(c, o, transaction))),
        ),
        (
            "known transaction",
            ask(|c, o| {
                TrueLayerTransaction::find_by_normalised_provider_transaction_id(c, o, "plain")
            }),
        ),
        (
            "transactions",
            ask(move |c, o| TrueLayerTransaction::list(c, o, None, all)),
        ),
        (
            "of account",
            ask(move |c, o| TrueLayerTransaction::list(c, o, Some(feed.account), all)),
        ),
        (
            "with enrichment",
            ask(move |c, o| EnrichedTransaction::list(c, o, None, all)),
        ),
        (
            "unenriched",
            ask(move |c, o| TrueLayerTransaction::list_without_enrichment(c, o, all)),
        ),
        (
            "enrichment",
            ask(move |c, o| TransactionEnrichment::find(c, o, transaction)),
        ),
        ("enriched", ask(TransactionEnrichment::count)),
        (
            "of import",
            ask(move |c, o| TrueLayerTransaction::ids_of_import(c, o, import)),
        ),
        (
            "balances",
            ask(|c, o| TrueLayerBalance::latest(c, o, None, None)),
        ),
        (
            "cards",
            ask(move |c, o| TrueLayerCard::list_for_connection(c, o, feed.connection)),
        ),
        (
            "card by id",
            ask(|c, o| TrueLayerCard::find_by_card_id(c, o, "card")),
        ),
        (
            "card sync",
            ask(move |c, o| row(TrueLayerCard::update(c, o, feed.card, &card))),
        ),
        (
            "card transaction",
            ask(|c, o| TrueLayerCardTransaction::find_by_normalised_provider_id(c, o, "c")),
        ),
        (
            "card transactions",
            ask(move |c, o| TrueLayerCardTransaction::list(c, o, None, Page::ALL)),
        ),
        (
            "card balances",
            ask(|c, o| TrueLayerCardBalanceSnapshot::latest(c, o, None, None)),
        ),
        (
            "import",
            ask(move |c, o| row(TrueLayerImportJob::find(c, o, import))),
        ),
        (
            "start",
            ask(move |c, o| TrueLayerImportJob::claim(c, o, import, None)),
        ),
        (
            "advance",
            ask(move |c, o| {
                row(TrueLayerImportJob::advance(
                    c,
                    o,
                    import,
                    ImportJobStep::Pending,
                ))
            }),
        ),
        (
            "complete",
            ask(move |c, o| {
                row(TrueLayerImportJob::complete(
                    c,
                    o,
                    import,
                    ImportCounts::default(),
                ))
            }),
        ),
        (
            "progress",
            ask(move |c, o| import_jobs::progress(c, o, import)),
        ),
        (
            "record",
            ask(move |c, o| {
                let counts = ImportCounts::default();
                row(TrueLayerImportProgress::record(
                    c,
                    o,
                    import,
                    feed.account,
                    counts,
                    None,
                ))
            }),
        ),
        (
            "run",
            ask(move |c, o| {
                row(TrueLayerEnrichmentJob::advance(
                    c,
                    o,
                    run,
                    EnrichmentJobStep::Running,
                ))
            }),
        ),
    ]
}

/// All that the questions may change.
fn state(conn: &mut PgConnection, rows: &Rows) -> String {
    let feed = rows.feed;
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        BankConnection::find(conn, EVERYONE, feed.connection).unwrap(),
        TrueLayerAccount::find(conn, EVERYONE, feed.account).unwrap(),
        TrueLayerCard::find(conn, EVERYONE, feed.card).unwrap(),
        TrueLayerImportJob::find(conn, EVERYONE, rows.import).unwrap(),
        TrueLayerImportProgress::list_for_job(conn, EVERYONE, rows.import).unwrap(),
        TrueLayerEnrichmentJob::find(conn, EVERYONE, rows.run).unwrap(),
    )
}

#[test]
fn strangers_find_and_change_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rows = Rows::of(conn);
    let stranger = NewUser::new("eve@example.com").insert(conn).unwrap().id;
    for (name, question) in questions(&rows) {
        let before = state(conn, &rows);
        let answer = question(conn, Some(stranger)).unwrap();
        assert!(!answer.found(), "{name}: {answer:?}");
        assert_eq!(state(conn, &rows), before, "{name}");
    }
    for owner in [Some(rows.feed.user), EVERYONE] {
        for (name, question) in questions(&rows) {
            assert!(question(conn, owner).unwrap().found(), "{name}");
            let waiting = ImportJobStep::Pending;
            TrueLayerImportJob::advance(conn, EVERYONE, rows.import, waiting).unwrap();
        }
    }
}
