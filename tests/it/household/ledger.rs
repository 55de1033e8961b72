//! Accounts and purchases made up row by row, and the samples that have no importer of files here.

use spending_db::models::amazon::NewAmazonReturn;
use spending_db::models::apple::NewAppleTransaction;
use spending_db::operations::import::amazon::store_returns;
use spending_db::operations::import::apple::store_transactions;
use spending_db::types::UserId;

use super::Household;
use crate::support::rows::{day, decimal};

/// A bank transaction: id, type, amount, currency, time, description.
pub(crate) type Entry<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

impl Household {
    /// With the samples' bank exports, orders, returns and App Store purchases, all Ann's.
    pub(crate) fn of_all_samples() -> Self {
        let household = Self::of_the_samples();
        let conn = &mut household.conn();
        let returns = [
            ("7", "RVS-7000001", "2025-04-21", "149.00"),
            ("9", "RVS-7000002", "2025-05-03", "24.50"),
            ("2", "RVS-7000003", "2025-03-20", "12.49"),
            ("9999999", "RVS-7000004", "2025-04-02", "10.00"),
            ("13", "RVS-7000005", "2025-04-29", "9.99"),
            ("4", "RVS-7000009", "2025-03-25", "12.99"),
        ];
        for (order, id, date, amount) in returns {
            let order = order_number(order);
            let amount = decimal(amount);
            let new = NewAmazonReturn::new(&order, id, day(date), "GBP", &amount);
            assert_eq!(store_returns(conn, &[new]).unwrap().stored, 1);
        }
        let purchases = [
            (
                "0005",
                "2025-05-07",
                "2.99",
                "iCloud+ with 200 GB of Storage",
            ),
            ("0006", "2025-05-02", "5.99", "Sketch Pocket: Draw & Paint"),
            ("0004", "2025-04-23", "4.99", "Rêve – Sleep & Dreams"),
            ("0007", "2025-04-15", "0.00", "Bus Times UK"),
            (
                "0003",
                "2025-04-07",
                "2.99",
                "iCloud+ with 200 GB of Storage",
            ),
            ("0002", "2025-03-20", "8.99", "Apple TV+"),
            (
                "0001",
                "2025-03-07",
                "2.99",
                "iCloud+ with 200 GB of Storage",
            ),
        ];
        for (id, date, amount, name) in purchases {
            let id = format!("MSAMPLE{id}");
            let amount = decimal(amount);
            let new = NewAppleTransaction::new(&id, day(date), &amount, "GBP", name);
            assert_eq!(store_transactions(conn, &[new]).unwrap().stored, 1);
        }
        household
    }

    /// The short name of a transaction (T04) that the samples' README uses, from the bank's normalised id.
    pub(crate) fn reference(&self, id: &str) -> String {
        self.ask(&format!(
            "SELECT metadata #>> '{{meta,provider_reference}}' FROM truelayer_transactions WHERE normalised_provider_transaction_id = '{id}'"
        ))
    }

    /// A user with one account, and its transactions.
    pub(crate) fn bank(&self, email: &str, entries: &[Entry<'_>]) -> UserId {
        self.execute(&format!(
            "WITH u AS (INSERT INTO users (email) VALUES ('{email}') RETURNING id),
             c AS (
                 INSERT INTO bank_connections (user_id, provider_id, provider_name) SELECT id, 'bank', 'Bank' FROM u RETURNING id
             )
             INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency)
             SELECT id, '{email}', 'TRANSACTION', 'Account', 'GBP' FROM c"
        ));
        for (id, kind, amount, currency, time, description) in entries {
            self.execute(&format!(
                "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\",
                     description, amount, currency, transaction_type)
                 SELECT id, '{id}', '{id}', '{time}', '{description}', {amount}, '{currency}', '{kind}'
                 FROM truelayer_accounts WHERE account_id = '{email}'"
            ));
        }
        let id = self.ask(&format!("SELECT id FROM users WHERE email = '{email}'"));
        UserId(id.parse().unwrap())
    }

    /// Retail orders: number, day, total, currency.
    pub(crate) fn orders(&self, orders: &[(&str, &str, &str, &str)]) {
        for (id, date, total, currency) in orders {
            self.execute(&format!(
                "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
                 VALUES ('{id}', '{date}', 'Amazon.co.uk', '{currency}', {total}, 'Product of {id}')"
            ));
        }
    }

    /// How a transaction's sources stand: type, description, and which is primary.
    pub(crate) fn sources(&self, transaction: &str) -> String {
        self.ask(&format!(
            "SELECT string_agg(s.source_type || ': ' || s.description || CASE WHEN s.is_primary THEN ' (primary)' ELSE '' END, '; '
                 ORDER BY s.source_type, s.source_id)
             FROM transaction_enrichment_sources AS s
             JOIN truelayer_transactions AS t ON t.id = s.truelayer_transaction_id
             WHERE t.normalised_provider_transaction_id = '{transaction}'"
        ))
    }

    /// What matching made of everything, without ids and times.
    pub(crate) fn outcome(&self) -> String {
        self.ask(
            "SELECT jsonb_build_object(
                'orders', (SELECT jsonb_agg(jsonb_build_array(t.normalised_provider_transaction_id, o.order_id, m.match_confidence)
                        ORDER BY o.order_id)
                    FROM truelayer_amazon_transaction_matches AS m
                    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
                    JOIN amazon_orders AS o ON o.id = m.amazon_order_id),
                'business', (SELECT jsonb_agg(jsonb_build_array(t.normalised_provider_transaction_id, o.order_id, m.match_confidence)
                        ORDER BY o.order_id)
                    FROM truelayer_amazon_business_matches AS m
                    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
                    JOIN amazon_business_orders AS o ON o.id = m.amazon_business_order_id),
                'apple', (SELECT jsonb_agg(jsonb_build_array(t.normalised_provider_transaction_id, p.order_id, m.match_confidence)
                        ORDER BY p.order_id)
                    FROM apple_transaction_matches AS m
                    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
                    JOIN apple_transactions AS p ON p.id = m.apple_transaction_id),
                'returns', (SELECT jsonb_agg(jsonb_build_array(r.reversal_id, o.normalised_provider_transaction_id,
                        c.normalised_provider_transaction_id) ORDER BY r.reversal_id)
                    FROM amazon_returns AS r
                    LEFT JOIN truelayer_transactions AS o ON o.id = r.original_transaction_id
                    LEFT JOIN truelayer_transactions AS c ON c.id = r.refund_transaction_id),
                'sources', (SELECT jsonb_agg(jsonb_build_array(t.normalised_provider_transaction_id, s.source_type, s.description,
                        s.order_id, s.match_confidence, s.match_method, s.is_primary)
                        ORDER BY t.normalised_provider_transaction_id, s.source_type, s.description)
                    FROM transaction_enrichment_sources AS s
                    JOIN truelayer_transactions AS t ON t.id = s.truelayer_transaction_id),
                'statuses', (SELECT jsonb_object_agg(normalised_provider_transaction_id, pre_enrichment_status)
                    FROM truelayer_transactions))",
        )
    }
}

/// The number of the samples' order A7 from `7`.
pub(crate) fn order_number(short: &str) -> String {
    if short.len() > 2 {
        return format!("202-{short}-{short}");
    }
    format!("202-10{short:0>5}-{short:0>7}")
}
