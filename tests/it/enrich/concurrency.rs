//! Many workers, and workers that die.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use diesel::Connection;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::enrichment::{EnrichmentOptions, enrich, set_by_hand};
use spending_db::types::{EVERYONE, Enrichment};

use super::home::{Home, Model, answer, quick};

// D26, D27
#[test]
fn four_workers_pay_a_question_once_and_leave_nothing() {
    for round in 0..8 {
        let home = Home::new();
        home.execute("INSERT INTO category_rules (rule_name, description_pattern, category) VALUES ('Coffee', 'coffee', 'Dining')");
        for number in 0..60 {
            home.pay(&format!("SHOP {}", number % 13));
            home.pay(&format!("COFFEE {number}"));
        }
        let model = Model::new(|_, _| {
            thread::sleep(Duration::from_millis(2));
            Ok(answer("Shopping"))
        });
        let start = Barrier::new(4);
        let runs: Vec<_> = thread::scope(|scope| {
            let work = || {
                start.wait();
                home.enrich(&model)
            };
            let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap())
                .collect()
        });
        let mut expected: Vec<_> = (0..13).map(|number| format!("SHOP {number}")).collect();
        expected.sort();
        assert_eq!(model.descriptions(), expected, "round {round}");
        let enriched: i64 = runs.iter().map(|run| run.state.successful()).sum();
        assert_eq!(enriched, 120);
        assert_eq!(
            home.ask("SELECT count(*)::text AS answer FROM truelayer_transactions WHERE enrichment_required"),
            "0"
        );
        assert_eq!(
            home.ask("SELECT usage_count::text AS answer FROM category_rules"),
            "60"
        );
        assert_eq!(
            home.ask("SELECT sum((metadata ->> 'total_cost')::numeric)::text AS answer FROM truelayer_enrichment_jobs"),
            "0.00156"
        );
    }
}

#[test]
fn a_dead_workers_question_is_asked_when_its_lease_has_run_out() {
    let home = Home::new();
    let paid = home.pay("SHOP");
    let started = Instant::now();
    home.execute("INSERT INTO enrichment_cache (transaction_description, transaction_direction, enrichment_data) VALUES ('SHOP', 'out', 'reserved dead')");
    let lease = Duration::from_millis(600);
    let options = EnrichmentOptions { lease, ..quick() };
    let run = home.enrich_with(&Model::shopping(), &options);
    assert_eq!(run.state.by_enricher, 1);
    assert!(started.elapsed() > lease, "it was waited for");
    assert!(!home.enrichment(paid).is_null());
}

#[test]
fn a_slow_worker_keeps_its_question() {
    let home = Home::new();
    home.pay("SHOP");
    let options = EnrichmentOptions {
        lease: Duration::from_secs(1),
        ..quick()
    };
    let model = Model::new(|_, _| {
        thread::sleep(Duration::from_secs(3));
        Ok(answer("Shopping"))
    });
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| home.enrich_with(&model, &options));
        }
    });
    assert_eq!(model.batches().len(), 1);
}

#[test]
fn no_transaction_is_open_while_the_enricher_is_asked() {
    let home = Home::new();
    let paid = home.pay("SHOP");
    let url = home.test.url();
    let model = Model::new(move |_, _| {
        let conn = &mut diesel::PgConnection::establish(&url).unwrap();
        let open = crate::household::ask(
            conn,
            "SELECT count(*)::text AS answer FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in%'",
        );
        assert_eq!(open, "0");
        // A person is faster.
        let by_hand = Enrichment {
            primary_category: Some("Gifts".to_owned()),
            ..Enrichment::default()
        };
        set_by_hand(conn, EVERYONE, paid, &by_hand).unwrap();
        Ok(answer("Shopping"))
    });
    let run = home.enrich(&model);
    assert_eq!((run.state.by_enricher, run.state.failed), (0, 0));
    assert_eq!(home.enrichment(paid)["primary_category"], "Gifts");
}

// D27
#[test]
fn changes_of_others_to_the_metadata_are_not_lost() {
    let home = Home::new();
    let ids: Vec<_> = (0..40)
        .map(|number| home.pay(&format!("SHOP {number}")))
        .collect();
    let model = Model::shopping();
    thread::scope(|scope| {
        scope.spawn(|| home.enrich(&model));
        scope.spawn(|| {
            let conn = &mut home.conn();
            for id in &ids {
                let choice = spending_db::types::HuququllahClassification::Essential;
                TrueLayerTransaction::set_huququllah_classification(
                    conn,
                    EVERYONE,
                    *id,
                    Some(choice),
                )
                .unwrap();
            }
        });
    });
    home.enrich(&model);
    assert_eq!(
        home.ask("SELECT count(*)::text AS answer FROM truelayer_transactions WHERE metadata ->> 'huququllah_classification' = 'essential' AND metadata #>> '{enrichment,primary_category}' = 'Shopping'"),
        "40"
    );
}

// D23
#[test]
fn one_users_run_leaves_the_others_alone() {
    let home = Home::new();
    let paid = home.pay("SHOP");
    let stranger = crate::support::fixtures::user(&mut home.conn(), "bob");
    let model = Model::shopping();
    let options = EnrichmentOptions {
        transactions: Some(vec![paid]),
        force: true,
        ..quick()
    };
    let run = enrich(&home.database, stranger, &model, &options, &()).unwrap();
    assert_eq!(run.state.total, 0);
    assert!(home.enrichment(paid).is_null() && model.batches().is_empty());
}
