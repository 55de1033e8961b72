//! Whose records they are: users, accounts and cards; and their balances.

use std::fs;

use spending_db::Error;
use spending_db::operations::import::truelayer::import_folder;

use crate::household::{ANN, BOB, Household, counts, folder, record, report, results};

#[test]
fn without_accounts_nothing_is_stored() {
    let household = Household::new();
    let files = folder(&[("transactions.json", results(&[record("a", &[])]))]);
    let accounts = files.path().join("accounts.json");
    fs::write(&accounts, "{\"results\": [").unwrap();
    let error = import_folder(&household.database, files.path(), ANN, &()).unwrap_err();
    assert!(matches!(error, Error::Import { .. }), "{error}");
    fs::remove_file(&accounts).unwrap();
    let error = import_folder(&household.database, files.path(), ANN, &()).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert!(error.to_string().contains("accounts.json"), "{error}");
    assert_eq!(household.ask("SELECT count(*) FROM users"), "0");

    fs::write(&accounts, "[]").unwrap();
    let import = household.import(files.path());
    assert_eq!(import.failed.len(), 1);
    assert!(
        import.failed[0]
            .error
            .to_string()
            .contains("names no account"),
        "{}",
        import.failed[0].error
    );

    let error = import_folder(&household.database, files.path(), "nobody", &()).unwrap_err();
    assert!(matches!(error, Error::InvalidInput { .. }), "{error}");
}

#[test]
fn a_file_goes_to_the_account_or_card_that_its_name_holds() {
    let household = Household::new();
    let cards = r#"[{"account_id": "c1"}, {"account_id": "c2"}]"#;
    let files = folder(&[
        ("cards.json", cards.to_owned()),
        ("transactions.json", format!("[{}]", record("a", &[]))),
        (
            "transactions_sav.json",
            format!("\u{feff}{}", results(&[record("b", &[])])),
        ),
        ("card_transactions.json", results(&[record("c", &[])])),
        ("card_transactions-c2.json", results(&[record("d", &[])])),
        ("card_balance-c2.json", r#"[{"current": 7}]"#.to_owned()),
        ("balance_sav.json", r#"[{"current": 8.50}]"#.to_owned()),
        ("notes.json", "not even JSON".to_owned()),
    ]);
    let import = household.import(files.path());
    assert!(import.failed.is_empty(), "{:?}", import.failed);
    for (query, answer) in [
        (
            "SELECT string_agg(t.transaction_id || a.account_id, ' ' ORDER BY t.id) FROM truelayer_transactions AS t JOIN truelayer_accounts AS a ON a.id = t.account_id",
            "acur bsav",
        ),
        (
            "SELECT string_agg(t.transaction_id || c.card_id, ' ' ORDER BY t.transaction_id) FROM truelayer_card_transactions AS t JOIN truelayer_cards AS c ON c.id = t.card_id",
            "cc1 dc2",
        ),
        (
            "SELECT c.card_id || s.current_balance FROM truelayer_card_balance_snapshots AS s JOIN truelayer_cards AS c ON c.id = s.card_id",
            "c27",
        ),
        (
            "SELECT a.account_id || b.current_balance FROM truelayer_balances AS b JOIN truelayer_accounts AS a ON a.id = b.account_id",
            "sav8.50",
        ),
    ] {
        let mut found: Vec<String> = household.ask(query).split(' ').map(str::to_owned).collect();
        found.sort();
        assert_eq!(found.join(" "), answer);
    }
}

#[test]
fn a_card_record_without_a_normalised_id_is_known_by_its_own() {
    let household = Household::new();
    let without = |id: &str| record(id, &[("normalised_provider_transaction_id", "null")]);
    let neither = record(
        "x",
        &[
            ("normalised_provider_transaction_id", "null"),
            ("transaction_id", "null"),
        ],
    );
    let files = folder(&[
        ("cards.json", r#"[{"account_id": "c1"}]"#.to_owned()),
        (
            "card_transactions.json",
            results(&[
                without("a"),
                without("b"),
                without("a"),
                neither,
                record("n", &[]),
            ]),
        ),
    ]);
    let import = household.import(files.path());
    assert_eq!(
        counts(report(&import, "card_transactions.json")),
        (3, 1, vec![4])
    );
    let again = household.import(files.path());
    assert_eq!(
        counts(report(&again, "card_transactions.json")),
        (0, 4, vec![4])
    );
}

#[test]
fn without_cards_their_transactions_fail() {
    let household = Household::new();
    let import = household
        .import(folder(&[("card_transactions.json", results(&[record("a", &[])]))]).path());
    assert_eq!(import.failed.len(), 1);
    assert!(
        import.failed[0].error.to_string().contains("cards.json"),
        "{}",
        import.failed[0].error
    );
}

#[test]
fn the_first_balance_counts_and_has_a_date() {
    let household = Household::new();
    let files = folder(&[(
        "balance.json",
        r#"[{"current": -1.50, "currency": "EUR"}, {"current": 2}]"#.to_owned(),
    )]);
    let import = household.import(files.path());
    assert_eq!(counts(report(&import, "balance.json")), (1, 0, vec![2]));
    assert_eq!(
        household.ask("SELECT current_balance || ' ' || currency || ' ' || (snapshot_at <= now() AND snapshot_at > now() - interval '1 hour') FROM truelayer_balances"),
        "-1.50 EUR true"
    );
    let again = household.import(files.path());
    assert_eq!(counts(report(&again, "balance.json")), (0, 1, vec![2]));

    fs::write(files.path().join("balance.json"), "[]").unwrap();
    let empty = household.import(files.path());
    assert_eq!(counts(report(&empty, "balance.json")), (0, 0, vec![]));
}

#[test]
fn a_known_account_is_renewed() {
    let household = Household::new();
    let files = folder(&[]);
    household.import(files.path());
    let renamed = r#"[
        {"account_id": "cur", "display_name": "New name", "currency": "EUR", "account_number": {"number": "1"}},
        {"account_id": "sav", "provider": {"provider_id": "test-bank"}},
        {"account_id": "cur", "display_name": "Again"},
        {"display_name": "without an id"}
    ]"#;
    fs::write(files.path().join("accounts.json"), renamed).unwrap();
    let import = household.import(files.path());
    assert_eq!(counts(report(&import, "accounts.json")), (0, 3, vec![4]));
    assert_eq!(
        household.ask(
            "SELECT concat_ws(' ', display_name, currency, account_number_json ->> 'number', provider_data ->> 'provider_id')
             FROM truelayer_accounts WHERE account_id = 'cur'"
        ),
        "New name EUR 1 test-bank"
    );
    assert_eq!(household.ask("SELECT count(*) FROM bank_connections"), "1");
}

#[test]
fn users_do_not_touch_each_other() {
    let household = Household::new();
    let files = folder(&[("transactions.json", results(&[record("a", &[])]))]);
    household.import_for(ANN, files.path());
    let before = household.ask("SELECT to_jsonb(t) FROM truelayer_transactions AS t");
    fs::write(
        files.path().join("transactions.json"),
        results(&[record("a", &[("amount", "-9")]), record("b", &[])]),
    )
    .unwrap();
    let import = household.import_for(BOB, files.path());
    assert_eq!(counts(report(&import, "transactions.json")), (1, 1, vec![]));
    assert_eq!(
        household
            .ask("SELECT to_jsonb(t) FROM truelayer_transactions AS t WHERE transaction_id = 'a'"),
        before
    );
    assert_eq!(
        household.ask(
            "SELECT string_agg(email || ' ' || transaction_id, ', ' ORDER BY email) FROM users AS u
             JOIN bank_connections AS c ON c.user_id = u.id
             JOIN truelayer_accounts AS a ON a.connection_id = c.id
             JOIN truelayer_transactions AS t ON t.account_id = a.id"
        ),
        "ann@example.org a, bob@example.org b"
    );
}
