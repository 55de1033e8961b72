//! All stored tokens move to a new key, while others work on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use spending_db::Error;
use spending_db::models::gmail::GmailConnection;
use spending_db::models::legacy::{NewTrueLayerConnection, TrueLayerConnection};
use spending_db::models::tokens::{IssuedTokens, TokenHolder};
use spending_db::models::truelayer::{BankConnection, BankConnectionChanges, ConnectionTokens};
use spending_db::operations::secrets::{
    TokenReport, encrypt_plain_tokens, rotate_keys, token_status,
};
use spending_db::secrets::{Keyring, Token};
use spending_db::types::{EncryptedToken, TokenPlace};

use super::{ACCESS, Connections, REFRESH, encrypted, key, plain};
use crate::support::TestDatabase;
use crate::support::fixtures::user;

/// The sums over all tables: newest, older, plain, unreadable, encrypted.
fn sums(report: &TokenReport) -> [usize; 5] {
    report.tables.iter().fold([0; 5], |sums, counts| {
        let more = [
            counts.newest,
            counts.older,
            counts.plain,
            counts.unreadable,
            counts.encrypted,
        ];
        std::array::from_fn(|at| sums[at] + more[at])
    })
}

/// D30: what was stored in plain text is encrypted by a command; again changes nothing.
#[test]
fn plain_tokens_are_encrypted_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, keyring) = (user(conn, "ada"), Keyring::new(key()));
    let (access, refresh) = (
        EncryptedToken::from_stored(ACCESS),
        EncryptedToken::from_stored(REFRESH),
    );
    let Connections { bank, mail, shop } = Connections::new(conn, ada, &access, &refresh);
    let legacy = NewTrueLayerConnection::new(ada, &access)
        .insert(conn)
        .unwrap();
    assert_eq!(
        sums(&token_status(conn, &keyring).unwrap()),
        [0, 0, 7, 0, 0]
    );
    assert_eq!(BankConnection::find(conn, ada, bank.id).unwrap(), bank);

    let report = encrypt_plain_tokens(conn, &keyring).unwrap();
    assert_eq!(sums(&report), [0, 0, 7, 0, 7]);
    assert_eq!(report.keys, [keyring.version()]);
    let row = BankConnection::find(conn, ada, bank.id).unwrap();
    assert_eq!(row.encryption_version, keyring.version());
    assert_eq!(plain(&keyring, &row.access_token.clone().unwrap()), ACCESS);
    assert_eq!(
        plain(&keyring, &row.refresh_token.clone().unwrap()),
        REFRESH
    );
    let mail = GmailConnection::find(conn, ada, mail.id).unwrap();
    assert_eq!(plain(&keyring, &mail.refresh_token), REFRESH);
    let shop = spending_db::models::amazon::AmazonBusinessConnection::find(conn, ada, shop.id);
    assert_eq!(plain(&keyring, &shop.unwrap().access_token), ACCESS);
    let legacy = TrueLayerConnection::find(conn, ada, legacy.id).unwrap();
    assert_eq!(plain(&keyring, &legacy.access_token), ACCESS);
    assert_eq!(legacy.refresh_token, None);

    let again = encrypt_plain_tokens(conn, &keyring).unwrap();
    assert_eq!(sums(&again), [7, 0, 0, 0, 0]);
    assert_eq!(BankConnection::find(conn, ada, bank.id).unwrap(), row);
}

#[test]
fn rotation_leaves_everything_under_the_newest_key_and_reports_what_nothing_opens() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let [old, new] = [key(), key()];
    let (before, lost) = (Keyring::new(old.clone()), Keyring::new(key()));
    let (access, refresh) = (encrypted(&before, ACCESS), encrypted(&lost, REFRESH));
    let Connections { bank, mail, shop } = Connections::new(conn, ada, &access, &refresh);
    spending_db::models::amazon::AmazonBusinessConnection::disconnect(conn, ada, shop.id).unwrap();
    let both = Keyring::new(new.clone()).with_older(old);

    let report = rotate_keys(conn, &both).unwrap();
    assert_eq!(sums(&report), [0, 2, 0, 2, 2]);
    let unreadable = |table, id| TokenPlace {
        table,
        id,
        column: "refresh_token",
    };
    let expected = [
        unreadable("bank_connections", bank.id.0),
        unreadable("gmail_connections", mail.id.0),
    ];
    assert_eq!(report.unreadable, expected);
    let row = BankConnection::find(conn, ada, bank.id).unwrap();
    assert_eq!(
        plain(&Keyring::new(new), &row.access_token.clone().unwrap()),
        ACCESS
    );
    assert_eq!(row.refresh_token.as_ref(), Some(&refresh));
    assert_eq!(row.encryption_version, both.version());

    assert_eq!(sums(&rotate_keys(conn, &both).unwrap()), [2, 0, 0, 2, 0]);
    assert_eq!(BankConnection::find(conn, ada, bank.id).unwrap(), row);
    // The old name writes what it is given; what key that was is not known then.
    let given = encrypted(&both, ACCESS);
    let by_old_name = EncryptedToken::from_stored(given.as_stored());
    let tokens = ConnectionTokens {
        access_token: Some(&by_old_name),
        refresh_token: None,
        expires_at: None,
    };
    let row = BankConnection::set_tokens(conn, ada, bank.id, &tokens).unwrap();
    assert_eq!(row.encryption_version, EncryptedToken::UNRECORDED);
    rotate_keys(conn, &both).unwrap();
    let row = BankConnection::find(conn, ada, bank.id).unwrap();
    assert_eq!(
        (row.encryption_version, row.access_token),
        (both.version(), Some(given))
    );
}

/// Many batches, each kept when it is done.
#[test]
fn a_rotation_that_is_stopped_is_taken_up() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let old = key();
    let before = Keyring::new(old.clone());
    let both = Keyring::new(key()).with_older(old);
    diesel::sql_query(format!(
        "INSERT INTO bank_connections (user_id, provider_id, provider_name, access_token)
         SELECT {ada}, n, n, '{}' FROM generate_series(1, 250) n",
        encrypted(&before, ACCESS).as_stored()
    ))
    .execute(conn)
    .unwrap();
    let last = "UPDATE bank_connections SET refresh_token = 'poison' WHERE provider_id = '249'";
    diesel::sql_query(last).execute(conn).unwrap();
    let refuses =
        "ALTER TABLE bank_connections ADD CONSTRAINT test CHECK (refresh_token = 'poison')";
    diesel::sql_query(refuses).execute(conn).unwrap();
    let refused = rotate_keys(conn, &both).unwrap_err();
    assert!(matches!(refused, Error::InvalidInput { .. }));
    let moved = |conn: &mut PgConnection| {
        let newest = format!(
            "count(*) FILTER (WHERE encryption_version = {})",
            both.version()
        );
        let moved = spending_db::schema::bank_connections::table.select(sql::<BigInt>(&newest));
        moved.get_result::<i64>(conn).unwrap()
    };
    assert_eq!(moved(conn), 200);
    diesel::sql_query("ALTER TABLE bank_connections DROP CONSTRAINT test")
        .execute(conn)
        .unwrap();
    assert_eq!(
        sums(&rotate_keys(conn, &both).unwrap()),
        [200, 50, 1, 0, 51]
    );
    assert_eq!(moved(conn), 250);
}

/// Neither a renewal nor what an old caller writes is lost to a rotation that goes on at the same time.
#[test]
fn no_renewal_is_lost_to_a_rotation() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let old = key();
    let before = Keyring::new(old.clone());
    let both = Keyring::new(key()).with_older(old);
    let (access, refresh) = (encrypted(&before, ACCESS), encrypted(&before, REFRESH));
    let id = Connections::new(conn, ada, &access, &refresh).bank.id;
    let (is_over, started) = (AtomicBool::new(false), Instant::now());
    thread::scope(|scope| {
        scope.spawn(|| {
            let conn = &mut db.conn();
            while !is_over.load(Ordering::SeqCst) && started.elapsed() < Duration::from_secs(60) {
                rotate_keys(conn, &both).unwrap();
            }
        });
        for round in 0..40 {
            let conn = &mut db.conn();
            let next = format!("round {round}");
            if round % 2 == 0 {
                // Still with the old key alone, and by a writer that locks nothing.
                let token = encrypted(&before, &next);
                let tokens = ConnectionTokens {
                    access_token: Some(&token),
                    refresh_token: Some(&token),
                    expires_at: None,
                };
                BankConnection::set_tokens(conn, ada, id, &tokens).unwrap();
            } else {
                let changes = BankConnectionChanges {
                    token_expires_at: Some(Some(crate::support::rows::at("2025-01-01T00:00:00Z"))),
                    ..Default::default()
                };
                BankConnection::update(conn, ada, id, &changes).unwrap();
                BankConnection::fresh_tokens(conn, ada, id, &both, |_| {
                    thread::sleep(Duration::from_millis(3));
                    Ok::<_, Error>(IssuedTokens {
                        access_token: Token::new(&next),
                        refresh_token: Some(Token::new(&next)),
                        expires_in: None,
                    })
                })
                .unwrap();
            }
            thread::sleep(Duration::from_millis(2));
            let tokens = BankConnection::find(conn, ada, id)
                .unwrap()
                .tokens(&both)
                .unwrap();
            assert_eq!(tokens.access_token.expose(), next);
            assert_eq!(tokens.refresh_token.unwrap().expose(), next);
        }
        is_over.store(true, Ordering::SeqCst);
    });
}
