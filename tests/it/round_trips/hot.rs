//! The operations that are called again and again: as few statements as can be, all kept prepared.

use diesel::PgConnection;
use spending_db::models::Page;
use spending_db::models::core::{OAuthState, User};
use spending_db::models::truelayer::{
    ClassifiedTransaction, EnrichedTransaction, TransactionEnrichment, TrueLayerImportJob,
    TrueLayerTransaction,
};
use spending_db::operations::categories;
use spending_db::types::{
    EVERYONE, Enrichment, PreEnrichmentStatus, Secret, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};

use super::open;
use crate::support::TestDatabase;
use crate::support::rows::at;
use crate::support::wire::Wire;

const OWNER: UserId = UserId(17);
const TRANSACTION: TrueLayerTransactionId = TrueLayerTransactionId(17);

type Operation = (&'static str, usize, fn(&mut PgConnection));

/// What is called, in how many statements, and how.
const READS: [Operation; 8] = [
    ("user", 1, |c| drop(User::find_active(c, OWNER).unwrap())),
    ("transaction", 1, |c| {
        TrueLayerTransaction::find(c, OWNER, TRANSACTION).unwrap();
    }),
    ("page with enrichments", 1, |c| {
        let page = Page::first(50);
        assert_eq!(
            EnrichedTransaction::list(c, OWNER, None, page)
                .unwrap()
                .len(),
            50
        );
    }),
    ("next page with enrichments", 1, |c| {
        let page = Page::after((at("2022-01-01T00:00:00Z"), TRANSACTION), 10);
        assert_eq!(
            EnrichedTransaction::list(c, OWNER, None, page)
                .unwrap()
                .len(),
            10
        );
    }),
    ("classified page", 1, |c| {
        assert_eq!(
            ClassifiedTransaction::list_page(c, OWNER, None, 50)
                .unwrap()
                .len(),
            50
        );
    }),
    ("enrichment", 1, |c| {
        TransactionEnrichment::find(c, OWNER, TRANSACTION)
            .unwrap()
            .unwrap();
    }),
    ("transactions without enrichment", 1, |c| {
        TrueLayerTransaction::list_without_enrichment(c, EVERYONE, Page::first(50)).unwrap();
    }),
    ("categories with their counts", 1, |c| {
        categories::list(c, OWNER, true).unwrap();
    }),
];

const UPDATES: [Operation; 7] = [
    ("sign-in", 1, |c| {
        User::record_login(c, OWNER, at("2025-01-01T00:00:00Z")).unwrap();
    }),
    ("status", 1, |c| {
        let status = PreEnrichmentStatus::Apple;
        TrueLayerTransaction::set_pre_enrichment_status(c, OWNER, TRANSACTION, status).unwrap();
    }),
    ("requirement", 1, |c| {
        TrueLayerTransaction::set_enrichment_required(c, OWNER, TRANSACTION, true).unwrap();
    }),
    ("requirement turned round", 1, |c| {
        TrueLayerTransaction::toggle_enrichment_required(c, OWNER, TRANSACTION).unwrap();
    }),
    ("enrichment stored", 1, |c| {
        let enrichment = Enrichment {
            primary_category: Some("Groceries".to_owned()),
            ..Enrichment::default()
        };
        TrueLayerTransaction::set_enrichment(c, OWNER, TRANSACTION, &enrichment).unwrap();
    }),
    // The pool takes its list of columns for a call, and cleans.
    ("merchants", 2, |c| {
        let names = [(TRANSACTION, Some("Tesco"))];
        assert_eq!(
            TrueLayerTransaction::set_merchant_names(c, OWNER, &names).unwrap(),
            1
        );
    }),
    ("sign of life", 1, |c| {
        let job = TrueLayerImportJobId(17);
        // It does not run.
        TrueLayerImportJob::heartbeat(c, OWNER, job).unwrap_err();
    }),
];

/// The session remembers the sequence that an insert moved; the pool makes it forget.
const INSERTS: [Operation; 1] = [("state of an authorisation", 2, |c| {
    OAuthState::store(c, OWNER, &Secret::new("a state"), &Secret::new("verifier")).unwrap();
})];

#[test]
fn hot_operations_ask_once_and_reads_stay_prepared() {
    let database = TestDatabase::filled();
    let wire = Wire::to(&database);
    let handle = open(&wire);
    let operations = READS.iter().chain(&UPDATES).chain(&INSERTS);
    for (name, round_trips, operation) in operations {
        let call = || operation(&mut handle.conn().unwrap());
        call();
        let ((), traffic) = wire.during(|| (0..3).for_each(|_| call()));
        let is_read = READS.iter().any(|read| read.0 == *name);
        assert!(traffic.parsed == 0 || !is_read, "{name} {traffic:?}");
        assert_eq!(traffic.round_trips, 3 * round_trips, "{name} {traffic:?}");
    }
}
