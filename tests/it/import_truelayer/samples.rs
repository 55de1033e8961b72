//! The samples: what their README states.

use spending_db::operations::import::Refused;

use crate::household::{Household, counts, report, sample};

#[test]
fn the_outcome_is_what_the_readme_states() {
    let household = Household::new();
    let import = household.import(&sample("truelayer"));
    assert!(import.failed.is_empty());
    let files: Vec<_> = import
        .files
        .iter()
        .map(|report| report.file.as_str())
        .collect();
    assert_eq!(
        files,
        [
            "accounts.json",
            "cards.json",
            "balance.json",
            "card_transactions.json",
            "transactions.json"
        ]
    );
    assert_eq!(counts(report(&import, "accounts.json")), (2, 0, vec![]));
    assert_eq!(counts(report(&import, "cards.json")), (1, 0, vec![]));
    assert_eq!(counts(report(&import, "balance.json")), (1, 0, vec![]));
    assert_eq!(
        counts(report(&import, "card_transactions.json")),
        (12, 0, vec![])
    );
    let transactions = report(&import, "transactions.json");
    assert_eq!(counts(transactions), (65, 1, vec![6, 31, 59]));
    assert_eq!(
        transactions.refused,
        [
            (6, "amount: \"n/a\" is not a number"),
            (31, "timestamp: missing"),
            (59, "normalised_provider_transaction_id: missing"),
        ]
        .map(|(position, reason)| Refused {
            position,
            reason: reason.to_owned()
        })
    );
}

#[test]
fn the_same_folder_again_changes_nothing() {
    let household = Household::new();
    household.import(&sample("truelayer"));
    let before = household.dump();
    let again = household.import(&sample("truelayer"));
    for (file, known, refused) in [
        ("accounts.json", 2, vec![]),
        ("cards.json", 1, vec![]),
        ("balance.json", 1, vec![]),
        ("card_transactions.json", 12, vec![]),
        ("transactions.json", 66, vec![6, 31, 59]),
    ] {
        assert_eq!(counts(report(&again, file)), (0, known, refused), "{file}");
    }
    assert_eq!(household.dump(), before);
}

#[test]
fn statuses_are_detected() {
    let household = Household::new();
    household.import(&sample("truelayer"));
    let statuses = "SELECT string_agg(line, ', ' ORDER BY line) FROM (
        SELECT pre_enrichment_status || ' ' || count(*) AS line FROM truelayer_transactions GROUP BY pre_enrichment_status
    ) AS lines";
    assert_eq!(
        household.ask(statuses),
        "AMZN 14, AMZN RTN 2, Apple 5, None 44"
    );
    let refunds =
        "SELECT string_agg(metadata #>> '{meta,provider_reference}', ' ' ORDER BY \"timestamp\")
        FROM truelayer_transactions WHERE pre_enrichment_status = 'AMZN RTN'";
    assert_eq!(household.ask(refunds), "T39 T49");
}

#[test]
fn amounts_instants_and_names_are_those_of_the_files() {
    let household = Household::new();
    household.import(&sample("truelayer"));
    let of = |reference: &str, column: &str| {
        household.ask(&format!(
            "SELECT {column} FROM truelayer_transactions WHERE metadata #>> '{{meta,provider_reference}}' = '{reference}'"
        ))
    };
    assert_eq!(of("T18", "merchant_name"), "CAFÉ RÊVÉ");
    assert_eq!(of("T18", "amount"), "5.6");
    assert_eq!(of("T29", "running_balance"), "");
    assert_eq!(
        of("T35", "\"timestamp\" AT TIME ZONE 'UTC'"),
        "2025-04-14 23:30:00"
    );
    assert_eq!(
        of("T40", "\"timestamp\" AT TIME ZONE 'UTC'"),
        "2025-04-23 00:00:00.25"
    );
    assert_eq!(
        of("T06", "\"timestamp\" AT TIME ZONE 'UTC'"),
        "2025-03-06 00:00:00"
    );
    assert_eq!(
        of("T50", "metadata -> 'transaction_classification'"),
        r#"["Shopping", "Groceries"]"#
    );
    assert_eq!(of("T50", "metadata ->> 'transaction_category'"), "PURCHASE");
    assert_eq!(
        of("T50", "metadata #>> '{meta,provider_transaction_category}'"),
        "DEB"
    );
    assert_eq!(of("T50", "jsonb_typeof(metadata -> 'provider_id')"), "null");
    assert_eq!(of("T50", "transaction_category"), "Other");
    assert_eq!(
        household.ask(
            "SELECT 1850.32 + sum(CASE transaction_type WHEN 'CREDIT' THEN amount ELSE -amount END)
             = (SELECT current_balance FROM truelayer_balances) FROM truelayer_transactions"
        ),
        "true"
    );
    assert_eq!(household.ask("SELECT current_balance || ' ' || available_balance || ' ' || overdraft FROM truelayer_balances"), "4511.41 5011.41 500");
}

#[test]
fn accounts_keep_their_numbers_and_their_bank() {
    let household = Household::new();
    household.import(&sample("truelayer"));
    assert_eq!(
        household.ask("SELECT provider_id || ' ' || provider_name || ' ' || connection_status FROM bank_connections"),
        "uk-ob-testbank Test Bank authorization_required"
    );
    let current = |column: &str| {
        household.ask(&format!(
            "SELECT {column} FROM truelayer_accounts WHERE account_type = 'TRANSACTION'"
        ))
    };
    assert_eq!(current("display_name"), "Everyday Current");
    assert_eq!(current("account_number_json ->> 'sort_code'"), "00-00-01");
    assert_eq!(
        current("provider_data ->> 'logo_uri'"),
        "https://example.invalid/testbank.svg"
    );
    assert_eq!(
        household.ask(
            "SELECT count(DISTINCT account_id) || ' ' || count(*) FROM truelayer_transactions"
        ),
        "1 65"
    );
    assert_eq!(
        household.ask("SELECT a.account_type FROM truelayer_accounts AS a JOIN truelayer_transactions AS t ON t.account_id = a.id LIMIT 1"),
        "TRANSACTION"
    );
}

#[test]
fn card_transactions_trust_their_type() {
    let household = Household::new();
    household.import(&sample("truelayer"));
    assert_eq!(
        household.ask("SELECT card_id || ' ' || card_type || ' ' || last_four || ' ' || issuer || ' ' || status FROM truelayer_cards"),
        "c4d0a1b2c3d4e5f60718293a4b5c6d7e8f901234 CREDIT 0044 VISA active"
    );
    assert_eq!(
        household.ask(
            "SELECT string_agg(transaction_type || ' ' || amount || ' ' || category, ', ' ORDER BY \"timestamp\" DESC)
             FROM truelayer_card_transactions WHERE transaction_type = 'CREDIT'"
        ),
        "CREDIT 19.99 CREDIT, CREDIT 59.66 CREDIT, CREDIT 88.57 CREDIT"
    );
    assert_eq!(
        household.ask(
            "SELECT sum(amount) FROM truelayer_card_transactions WHERE transaction_type = 'DEBIT'"
        ),
        "290.53"
    );
    assert_eq!(
        household.ask("SELECT metadata #>> '{meta,location}' FROM truelayer_card_transactions WHERE description = 'ZARA ESPAÑA ONLINE'"),
        "INTERNET"
    );
}

#[test]
fn the_import_is_on_record() {
    let household = Household::new();
    let import = household.import(&sample("truelayer"));
    let job = import.job;
    assert_eq!(
        household.ask(&format!(
            "SELECT count(*) FROM truelayer_transactions WHERE import_job_id = {job}"
        )),
        "65"
    );
    assert_eq!(
        household.ask(&format!(
            "SELECT concat_ws(' ', job_status, total_accounts, total_transactions_synced, total_transactions_duplicates,
                total_transactions_errors, cardinality(account_ids), card_ids[1], completed_at >= started_at)
             FROM truelayer_import_jobs WHERE id = {job}"
        )),
        "completed 2 65 1 3 2 c4d0a1b2c3d4e5f60718293a4b5c6d7e8f901234 t"
    );
    assert_eq!(
        household.ask(&format!(
            "SELECT string_agg(concat_ws(' ', account_type, progress_status, synced_count, duplicates_count, errors_count), ', ' ORDER BY account_type)
             FROM truelayer_import_progress AS p JOIN truelayer_accounts AS a ON a.id = p.account_id WHERE job_id = {job}"
        )),
        "SAVINGS completed 0 0 0, TRANSACTION completed 65 1 3"
    );
    let again = household.import(&sample("truelayer"));
    assert_eq!(
        household.ask(&format!(
            "SELECT count(*) FROM truelayer_transactions WHERE import_job_id = {}",
            again.job
        )),
        "0"
    );
}
