//! The look-ups of `truelayer`.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use spending_db::models::Page;
use spending_db::models::core::OAuthState;
use spending_db::models::system::WebhookEvent;
use spending_db::models::truelayer::{
    BankConnection, BankConnectionChanges, ConnectionTokens, EnrichedTransaction,
    EnrichmentJobStep, ImportCounts, ImportJobStep, ListedConnection, NewTrueLayerAccount,
    NewTrueLayerCard, NewTrueLayerImportJob, NewTrueLayerTransaction, TransactionEnrichment,
    TrueLayerAccount, TrueLayerAccountChanges, TrueLayerBalance, TrueLayerCard,
    TrueLayerCardBalanceSnapshot, TrueLayerCardChanges, TrueLayerCardTransaction,
    TrueLayerEnrichmentJob, TrueLayerImportJob, TrueLayerImportProgress, TrueLayerTransaction,
};
use spending_db::operations::{enrichment_jobs, import_jobs};
use spending_db::types::{
    BankConnectionId, BankConnectionStatus, EVERYONE, EncryptedToken, Secret, TrueLayerAccountId,
    TrueLayerCardId, TrueLayerCardTransactionId, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};

use crate::old_functions::truelayer::payment;
use crate::support::explain::assert_indexed;
use crate::support::rows::at;

const CONNECTION: BankConnectionId = BankConnectionId(17);
const ACCOUNT: TrueLayerAccountId = TrueLayerAccountId(17);
const CARD: TrueLayerCardId = TrueLayerCardId(17);
const IMPORT: TrueLayerImportJobId = TrueLayerImportJobId(17);
const OWNERS: [Option<UserId>; 2] = [EVERYONE, Some(UserId(17))];

pub(super) fn look_up(conn: &mut PgConnection) {
    for owner in OWNERS {
        connections(conn, owner);
        transactions(conn, owner);
        cards(conn, owner);
        jobs(conn, owner);
    }
    webhooks(conn);
    authorisations(conn);
}

fn connections(conn: &mut PgConnection, owner: Option<UserId>) {
    if let Some(owner) = owner {
        assert_indexed(conn, "connections", |c| {
            ListedConnection::list_for_user(c, owner).unwrap()
        });
    }
    assert_indexed(conn, "connection", |c| {
        BankConnection::find(c, owner, CONNECTION).unwrap()
    });
    let active = BankConnectionChanges {
        connection_status: Some(BankConnectionStatus::Active),
        ..BankConnectionChanges::default()
    };
    assert_indexed(conn, "connection's status", |c| {
        BankConnection::update(c, owner, CONNECTION, &active).unwrap()
    });
    let refresh = EncryptedToken::from_stored("refresh16");
    let tokens = ConnectionTokens {
        access_token: None,
        refresh_token: Some(&refresh),
        expires_at: None,
    };
    assert_indexed(conn, "tokens", |c| {
        BankConnection::set_tokens(c, owner, CONNECTION, &tokens).unwrap()
    });
    assert_indexed(conn, "renewed tokens", |c| {
        BankConnection::renew_tokens(c, owner, CONNECTION, &refresh, &tokens)
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "authorisation", |c| {
        BankConnection::authorise(c, UserId(17), "bank0", &tokens).unwrap()
    });

    assert_indexed(conn, "accounts", |c| {
        TrueLayerAccount::list_for_connection(c, owner, CONNECTION).unwrap()
    });
    assert_indexed(conn, "account", |c| {
        TrueLayerAccount::find_by_account_id(c, owner, "account16")
            .unwrap()
            .unwrap()
    });
    let synced = TrueLayerAccountChanges {
        last_synced_at: Some(None),
        ..TrueLayerAccountChanges::default()
    };
    assert_indexed(conn, "account's sync", |c| {
        TrueLayerAccount::update(c, owner, ACCOUNT, &synced).unwrap()
    });
    let account = NewTrueLayerAccount::new(CONNECTION, "account16", "SAVINGS", "An account", "GBP");
    assert_indexed(conn, "saved account", |c| account.save(c).unwrap());
    for account in [None, Some(ACCOUNT)] {
        assert_indexed(conn, "balances", |c| {
            TrueLayerBalance::latest(c, owner, account, Some(10)).unwrap()
        });
    }
}

fn transactions(conn: &mut PgConnection, owner: Option<UserId>) {
    let id = TrueLayerTransactionId(17);
    assert_indexed(conn, "transaction", |c| {
        TrueLayerTransaction::find(c, owner, id).unwrap()
    });
    assert_indexed(conn, "known transaction", |c| {
        TrueLayerTransaction::find_by_normalised_provider_transaction_id(c, owner, "txn-16")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "import's transactions", |c| {
        TrueLayerTransaction::ids_of_import(c, owner, IMPORT).unwrap()
    });
    assert_indexed(conn, "enrichment", |c| {
        TransactionEnrichment::find(c, owner, id).unwrap().unwrap()
    });
    let one = BigDecimal::from(1);
    assert_indexed(conn, "new transaction", |c| {
        payment(ACCOUNT, "txn-1", "2025-01-01T00:00:00Z", &one)
            .insert_if_new(c)
            .unwrap()
    });
    assert_indexed(conn, "new transactions", |c| {
        let known = payment(ACCOUNT, "txn-1", "2025-01-01T00:00:00Z", &one);
        NewTrueLayerTransaction::insert_all_new(&[known], c).unwrap()
    });
    for page in [
        Page::first(50),
        Page::after((at("2022-01-01T00:00:00Z"), id), 50),
    ] {
        assert_indexed(conn, "unenriched", |c| {
            TrueLayerTransaction::list_without_enrichment(c, owner, page).unwrap()
        });
        for account in [None, Some(ACCOUNT)] {
            assert_indexed(conn, "transactions", |c| {
                TrueLayerTransaction::list(c, owner, account, page).unwrap()
            });
            assert_indexed(conn, "enriched", |c| {
                EnrichedTransaction::list(c, owner, account, page).unwrap()
            });
        }
    }
    assert_indexed(conn, "all of an account", |c| {
        TrueLayerTransaction::list(c, owner, Some(ACCOUNT), Page::ALL).unwrap()
    });
}

fn cards(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "cards", |c| {
        TrueLayerCard::list_for_connection(c, owner, CONNECTION).unwrap()
    });
    assert_indexed(conn, "card", |c| {
        TrueLayerCard::find_by_card_id(c, owner, "card16")
            .unwrap()
            .unwrap()
    });
    let synced = TrueLayerCardChanges {
        last_synced_at: Some(None),
        ..TrueLayerCardChanges::default()
    };
    assert_indexed(conn, "card's sync", |c| {
        TrueLayerCard::update(c, owner, CARD, &synced).unwrap()
    });
    let card = NewTrueLayerCard::new(CONNECTION, "card16");
    assert_indexed(conn, "saved card", |c| card.save(c).unwrap());
    assert_indexed(conn, "known card transaction", |c| {
        TrueLayerCardTransaction::find_by_normalised_provider_id(c, owner, "ctx-16")
            .unwrap()
            .unwrap()
    });
    let key = (
        Some(at("2022-01-01T00:00:00Z")),
        TrueLayerCardTransactionId(17),
    );
    for card in [None, Some(CARD)] {
        for page in [Page::first(50), Page::after(key, 50)] {
            assert_indexed(conn, "card transactions", |c| {
                TrueLayerCardTransaction::list(c, owner, card, page).unwrap()
            });
        }
        assert_indexed(conn, "card balances", |c| {
            TrueLayerCardBalanceSnapshot::latest(c, owner, card, Some(10)).unwrap()
        });
    }
}

fn jobs(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "import", |c| {
        TrueLayerImportJob::find(c, owner, IMPORT).unwrap()
    });
    assert_indexed(conn, "import's step", |c| {
        TrueLayerImportJob::advance(c, owner, IMPORT, ImportJobStep::Pending).unwrap()
    });
    assert_indexed(conn, "import's claim", |c| {
        TrueLayerImportJob::claim(c, owner, IMPORT, None)
            .unwrap()
            .unwrap()
    });
    let totals = ImportCounts::default();
    assert_indexed(conn, "import's end", |c| {
        TrueLayerImportJob::complete(c, owner, IMPORT, totals).unwrap()
    });
    assert_indexed(conn, "progress", |c| {
        import_jobs::progress(c, owner, IMPORT).unwrap()
    });
    assert_indexed(conn, "account's progress", |c| {
        TrueLayerImportProgress::record(c, owner, IMPORT, ACCOUNT, totals, None).unwrap()
    });
    assert_indexed(conn, "history", |c| {
        import_jobs::history(c, UserId(17), Some(50)).unwrap()
    });
    let new = NewTrueLayerImportJob {
        connection_id: Some(CONNECTION),
        ..NewTrueLayerImportJob::new(UserId(17))
    };
    assert_indexed(conn, "new import", |c| {
        import_jobs::create(c, &new).unwrap()
    });
    assert_indexed(conn, "new run", |c| {
        enrichment_jobs::create(c, UserId(17), Some(IMPORT), vec![]).unwrap()
    });
    let run = TrueLayerEnrichmentJobId(17);
    assert_indexed(conn, "run's step", |c| {
        TrueLayerEnrichmentJob::advance(c, owner, run, EnrichmentJobStep::Running).unwrap()
    });
}

fn webhooks(conn: &mut PgConnection) {
    for processed in [false, true] {
        assert_indexed(conn, "events", |c| {
            assert_eq!(WebhookEvent::list(c, processed, 100).unwrap().len(), 100);
        });
    }
    assert_indexed(conn, "unprocessed events", |c| {
        WebhookEvent::list_unprocessed(c, 100).unwrap()
    });
    assert_indexed(conn, "event's claim", |c| {
        WebhookEvent::claim(c, "event100").unwrap().unwrap()
    });
    assert_indexed(conn, "event's mark", |c| {
        WebhookEvent::mark_processed(c, "event100").unwrap()
    });
}

fn authorisations(conn: &mut PgConnection) {
    let state = Secret::new("state16");
    assert_indexed(conn, "stored state", |c| {
        OAuthState::store(c, UserId(17), &state, &Secret::new("verifier")).unwrap();
    });
    assert_indexed(conn, "state", |c| {
        OAuthState::find_valid(c, &state).unwrap().unwrap()
    });
    assert_indexed(conn, "used state", |c| {
        OAuthState::consume(c, &state).unwrap().unwrap()
    });
    assert_indexed(conn, "deleted state", |c| {
        assert!(!OAuthState::delete_by_state(c, &state).unwrap());
    });
}
