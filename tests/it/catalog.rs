//! The catalog: what a database consists of, and where it has drifted from what the migrations make.

mod command;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::catalog::{Catalog, Difference, check};

use crate::support::TestDatabase;

/// One change to a database, and how the check tells it.
const DRIFT: &[(&str, &str)] = &[
    // Tables
    ("DROP TABLE sync_jobs", "table sync_jobs is missing"),
    (
        "DROP TABLE gmail_merchant_aliases",
        "table gmail_merchant_aliases is missing",
    ),
    (
        "COMMENT ON TABLE users IS 'somebody''s'",
        "table users has another comment",
    ),
    (
        "COMMENT ON TABLE users IS NULL",
        "table users has another comment",
    ),
    // Columns
    (
        "ALTER TABLE users DROP COLUMN last_login_at",
        "column users.last_login_at (timestamp with time zone) is missing",
    ),
    (
        "ALTER TABLE amazon_orders DROP COLUMN website",
        "column amazon_orders.website (text) is missing",
    ),
    (
        "ALTER TABLE users ADD COLUMN nickname text NOT NULL",
        "column users.nickname (text) is unknown",
    ),
    (
        "ALTER TABLE users ALTER COLUMN username TYPE varchar(100)",
        "column users.username is character varying(100), not text",
    ),
    (
        "ALTER TABLE truelayer_cards ALTER COLUMN last_synced_at TYPE timestamp",
        "column truelayer_cards.last_synced_at is timestamp without time zone, not timestamp with time zone",
    ),
    (
        "ALTER TABLE amazon_returns ALTER COLUMN amount_refunded TYPE numeric(12,2)",
        "column amazon_returns.amount_refunded is numeric(12,2), not numeric",
    ),
    (
        "ALTER TABLE matching_jobs ALTER COLUMN total_items TYPE bigint",
        "column matching_jobs.total_items is bigint, not integer",
    ),
    (
        "ALTER TABLE oauth_state ALTER COLUMN code_verifier TYPE text COLLATE \"C\"",
        "column oauth_state.code_verifier has the collation C",
    ),
    (
        "ALTER TABLE users ALTER COLUMN email DROP NOT NULL",
        "column users.email takes NULL",
    ),
    (
        "ALTER TABLE users ALTER COLUMN is_admin DROP NOT NULL",
        "column users.is_admin takes NULL",
    ),
    (
        "ALTER TABLE users ALTER COLUMN username SET NOT NULL",
        "column users.username refuses NULL",
    ),
    (
        "ALTER TABLE users ALTER COLUMN is_active DROP DEFAULT",
        "column users.is_active has nothing as its default, not true",
    ),
    (
        "ALTER TABLE users ALTER COLUMN is_active SET DEFAULT false",
        "column users.is_active has false as its default, not true",
    ),
    (
        "ALTER TABLE users ALTER COLUMN username SET DEFAULT 'x'",
        "column users.username has 'x'::text as its default, not nothing",
    ),
    (
        "ALTER TABLE users ALTER COLUMN created_at SET DEFAULT '2020-01-01Z'",
        "column users.created_at has ",
    ),
    (
        "ALTER TABLE users ALTER COLUMN id DROP IDENTITY",
        "column users.id numbers rows not by itself, not by default",
    ),
    (
        "ALTER TABLE users ALTER COLUMN id SET GENERATED ALWAYS",
        "column users.id numbers rows always, not by default",
    ),
    (
        "ALTER TABLE users ALTER COLUMN last_login_at DROP DEFAULT; COMMENT ON COLUMN users.password_hash IS 'plain'",
        "column users.password_hash has another comment",
    ),
    (
        "COMMENT ON COLUMN sync_jobs.kind IS NULL",
        "column sync_jobs.kind has another comment",
    ),
    // Constraints
    (
        "ALTER TABLE amazon_transaction_matches DROP CONSTRAINT amazon_transaction_matches_pkey",
        "constraint amazon_transaction_matches_pkey of amazon_transaction_matches is missing: PRIMARY KEY (id)",
    ),
    (
        "ALTER TABLE users DROP CONSTRAINT users_email_key",
        "constraint users_email_key of users is missing: UNIQUE (email)",
    ),
    (
        "ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE (email, id)",
        "constraint users_email_key of users is UNIQUE (email, id), not UNIQUE (email)",
    ),
    (
        "ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_mail_key",
        "constraint users_email_key of users has the name users_mail_key",
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT users_named CHECK (username <> '')",
        "constraint users_named of users is unknown: CHECK",
    ),
    (
        "ALTER TABLE users ADD UNIQUE (last_login_at)",
        "constraint users_last_login_at_key of users is unknown: UNIQUE (last_login_at)",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_connection_status_check",
        "constraint bank_connections_connection_status_check of bank_connections is missing: CHECK",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_connection_status_check, \
         ADD CONSTRAINT bank_connections_connection_status_check CHECK (connection_status IN ('active'))",
        "constraint bank_connections_connection_status_check of bank_connections is CHECK ((connection_status = 'active'::text)), not",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_user_id_fkey",
        "constraint bank_connections_user_id_fkey of bank_connections is missing: FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_user_id_fkey, \
         ADD CONSTRAINT bank_connections_user_id_fkey FOREIGN KEY (user_id) REFERENCES users",
        "constraint bank_connections_user_id_fkey of bank_connections is FOREIGN KEY (user_id) REFERENCES users(id), not",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_user_id_fkey, \
         ADD CONSTRAINT bank_connections_user_id_fkey FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID",
        "constraint bank_connections_user_id_fkey of bank_connections does not hold for the rows that are there yet",
    ),
    (
        "ALTER TABLE bank_connections DROP CONSTRAINT bank_connections_user_id_fkey, \
         ADD CONSTRAINT bank_connections_user_id_fkey FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE DEFERRABLE",
        "constraint bank_connections_user_id_fkey of bank_connections is FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE DEFERRABLE, not",
    ),
    // Indexes
    ("DROP INDEX $index", "index $index of $table is missing"),
    (
        "ALTER INDEX $index RENAME TO another_name",
        "index $index of $table has the name another_name",
    ),
    (
        "DROP INDEX $index; CREATE INDEX $index ON $table (id)",
        "index $index of $table is CREATE INDEX $index ON $table USING btree (id), not CREATE",
    ),
    (
        "DROP INDEX $partial",
        "index $partial of $partial_table is missing",
    ),
    (
        "DROP INDEX $partial; CREATE INDEX $partial ON $partial_table (id) WHERE id > 5",
        "index $partial of $partial_table is CREATE INDEX",
    ),
    (
        "CREATE UNIQUE INDEX beside ON users (lower(username)) WHERE is_active",
        "index beside of users is unknown",
    ),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '$index'::regclass",
        "index $index of $table is not complete",
    ),
    // Triggers
    (
        "DROP TRIGGER set_updated_at ON users",
        "trigger set_updated_at of users is missing",
    ),
    (
        "ALTER TABLE users DISABLE TRIGGER set_updated_at",
        "trigger set_updated_at of users is switched off",
    ),
    (
        "DROP TRIGGER set_updated_at ON users; \
         CREATE TRIGGER set_updated_at AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION diesel_set_updated_at()",
        "trigger set_updated_at of users is another than expected",
    ),
    (
        "ALTER TRIGGER set_updated_at ON users RENAME TO keep_updated_at",
        "trigger set_updated_at of users has the name keep_updated_at",
    ),
    (
        "CREATE TRIGGER beside BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION diesel_set_updated_at()",
        "trigger beside of users is unknown",
    ),
    // Functions and views
    (
        "CREATE OR REPLACE FUNCTION diesel_set_updated_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "function diesel_set_updated_at() is another than expected",
    ),
    (
        "DROP FUNCTION diesel_manage_updated_at(regclass)",
        "function diesel_manage_updated_at(_tbl regclass) is missing",
    ),
    (
        "COMMENT ON FUNCTION diesel_set_updated_at() IS 'new'",
        "function diesel_set_updated_at() has another comment",
    ),
    (
        "DROP VIEW llm_enrichment_cache",
        "view llm_enrichment_cache is missing",
    ),
    (
        "DROP VIEW llm_enrichment_cache; CREATE VIEW llm_enrichment_cache WITH (security_invoker = true) AS SELECT id FROM enrichment_cache; \
         COMMENT ON VIEW llm_enrichment_cache IS 'Old name of enrichment_cache.'",
        "view llm_enrichment_cache is another than expected",
    ),
    (
        "ALTER VIEW llm_enrichment_cache SET (security_invoker = false)",
        "view llm_enrichment_cache has the options (security_invoker=false), not (security_invoker=true)",
    ),
    (
        "COMMENT ON VIEW llm_enrichment_cache IS NULL",
        "view llm_enrichment_cache has another comment",
    ),
    // Sequences
    (
        "INSERT INTO users (id, email) VALUES (7, 'a@example.org')",
        "the sequence of users.id goes on at 1, but a row has 7",
    ),
    (
        "INSERT INTO sync_jobs (kind) SELECT 'k' FROM generate_series(1, 9); SELECT setval('sync_jobs_id_seq', 9, false)",
        "the sequence of sync_jobs.id goes on at 9, but a row has 9",
    ),
];

/// What is found of somebody else's, which is no drift.
const BESIDE: &[(&str, &str)] = &[
    (
        "CREATE TABLE holidays (day date)",
        "table holidays is not the crate's; it is left alone",
    ),
    (
        "CREATE VIEW members AS SELECT * FROM users",
        "view members is not the crate's; it is left alone",
    ),
    (
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function one() is not the crate's; it is left alone",
    ),
    (
        "ALTER TABLE users ADD COLUMN nickname text",
        "column users.nickname (text) is not the crate's; it is left alone",
    ),
    (
        "ALTER TABLE users ADD COLUMN motto text NOT NULL DEFAULT ''",
        "column users.motto (text) is not the crate's; it is left alone",
    ),
    (
        "CREATE INDEX beside ON users (last_login_at)",
        "index beside of users is not the crate's; it is left alone",
    ),
];

#[test]
fn the_expected_catalog_is_what_the_migrations_make() {
    let database = TestDatabase::new();
    let live = Catalog::read(&mut database.conn()).unwrap();
    assert!(
        &live == Catalog::expected().unwrap(),
        "src/catalog/expected.json is stale: run ./dev catalog"
    );
    assert_eq!(check(&mut database.conn()).unwrap(), []);
}

#[test]
fn every_drift_is_found_and_what_is_said_to_mend_it_does() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let names = Names::of(Catalog::expected().unwrap());
    for (sql, message) in DRIFT {
        let (sql, message) = (names.fill(sql), names.fill(message));
        conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
            conn.batch_execute(&sql).unwrap();
            let found = check(conn).unwrap();
            let told = found
                .iter()
                .find(|found| found.message.starts_with(&message));
            let told = told.unwrap_or_else(|| panic!("{sql}: {message:?} is not among {found:#?}"));
            assert!(told.is_drift, "{sql}");
            mend(conn, &found);
            let left: Vec<Difference> = check(conn).unwrap();
            let is_for_people = left
                .iter()
                .all(|left| left.mend.is_empty() && left.message.ends_with("is unknown"));
            assert!(is_for_people, "{sql}: {left:#?}");
            Ok(())
        });
    }
}

#[test]
fn what_is_on_a_column_of_somebody_else_s_is_no_drift() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute(
        "ALTER TABLE users ADD COLUMN nickname text UNIQUE CHECK (nickname <> ''),
             ADD COLUMN mentor integer REFERENCES categories (id);
         CREATE UNIQUE INDEX beside ON users (lower(nickname))",
    )
    .unwrap();
    let found = check(conn).unwrap();
    assert_eq!(found.len(), 6, "{found:#?}");
    assert!(found.iter().all(|found| !found.is_drift), "{found:#?}");

    conn.batch_execute("CREATE UNIQUE INDEX mixed ON users (nickname, is_active)")
        .unwrap();
    let drift: Vec<Difference> = check(conn).unwrap();
    let drift: Vec<&str> = drift
        .iter()
        .filter(|found| found.is_drift)
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(drift, ["index mixed of users is unknown"]);
}

#[test]
fn what_is_beside_the_crate_s_objects_is_named_and_no_drift() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for (sql, message) in BESIDE {
        conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
            conn.batch_execute(sql).unwrap();
            let found = check(conn).unwrap();
            assert_eq!(found.len(), 1, "{sql}: {found:#?}");
            assert_eq!(
                (found[0].message.as_str(), found[0].is_drift),
                (*message, false)
            );
            assert!(found[0].mend.is_empty() && found[0].breaks.is_none());
            Ok(())
        });
    }
}

/// Two indexes of the expected catalog, so that the list above outlives changes to the schema.
struct Names([(&'static str, String); 4]);

impl Names {
    fn of(catalog: &Catalog) -> Self {
        let find = |partial: bool| {
            catalog
                .tables
                .iter()
                .flat_map(|(table, found)| {
                    found
                        .indexes
                        .iter()
                        .map(move |(name, part)| (table, name, part))
                })
                .find(|(_, _, part)| part.definition.contains(" WHERE ") == partial)
                .map(|(table, name, _)| (table.clone(), name.clone()))
                .unwrap()
        };
        let ((table, index), (partial_table, partial)) = (find(false), find(true));
        Self([
            ("$partial_table", partial_table),
            ("$partial", partial),
            ("$index", index),
            ("$table", table),
        ])
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}

fn mend(conn: &mut PgConnection, found: &[Difference]) {
    for statement in found.iter().flat_map(|found| &found.mend) {
        conn.batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
