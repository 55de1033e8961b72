//! People, categories, keywords, mappings.

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::sql::lines;

#[test]
fn sign_ins() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let made = lines(
        conn,
        "INSERT INTO users (username, email, password_hash, is_admin)
         VALUES ('ada', 'ada@example.com', '$2b$12$x', false)
         RETURNING format('%s %s %s %s', id, is_active, created_at = now(), last_login_at IS NULL) AS line",
    );
    assert_eq!(made, ["1 t t t"]);
    run(
        conn,
        &[
            // The clock of the database, without a zone, in a session of UTC.
            ("UPDATE users SET last_login_at = CURRENT_TIMESTAMP::timestamp WHERE id = 1", 1),
            ("UPDATE users SET last_login_at = '2025-10-26T01:30:00.123456'::timestamp WHERE id = 1", 1),
            (
                "INSERT INTO security_audit_log (user_id, event_type, success, ip_address, user_agent, metadata)
                 VALUES (1, 'login_success', true, '192.0.2.1', NULL, '{\"username\": \"ada\"}')",
                1,
            ),
            ("DELETE FROM users WHERE id = 1", 1),
        ],
    );
    let logged = "SELECT format('%s %s %s', user_id IS NULL, timestamp > now() - interval '1 minute', metadata) AS line
                  FROM security_audit_log";
    assert_eq!(lines(conn, logged), [r#"t t {"username": "ada"}"#]);
}

#[test]
fn updated_at_moves_by_itself_and_stays_as_it_is_given() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    run(
        conn,
        &[
            (
                "INSERT INTO users (email, updated_at) VALUES ('ada@example.com', '2020-01-01T00:00:00+00:00')",
                1,
            ),
            (
                "INSERT INTO users (email, updated_at) VALUES ('bea@example.com', '2020-01-01T00:00:00+00:00')",
                1,
            ),
            (
                "UPDATE users SET username = 'ada' WHERE email = 'ada@example.com'",
                1,
            ),
            (
                "UPDATE users SET username = 'bea', updated_at = '2021-01-01' WHERE email = 'bea@example.com'",
                1,
            ),
        ],
    );
    let moved =
        "SELECT to_char(updated_at, 'YYYY') || (updated_at > now() - interval '1 minute') AS line
                 FROM users ORDER BY username";
    assert!(lines(conn, moved)[0].ends_with("true"));
    assert_eq!(lines(conn, moved)[1], "2021false");
}

#[test]
fn categories_keywords_and_mappings() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let mapping = "INSERT INTO account_mappings (sort_code, account_number, friendly_name)
                   VALUES ('20-00-00', '55779911', 'Current')
                   ON CONFLICT (sort_code, account_number) DO UPDATE SET friendly_name = EXCLUDED.friendly_name";
    run(
        conn,
        &[
            ("INSERT INTO categories (name) VALUES ('Own – Café')", 1),
            ("INSERT INTO category_keywords (category_name, keyword) VALUES ('Own – Café', 'latte')", 1),
            (
                "INSERT INTO category_keywords (category_name, keyword) VALUES ('Own – Café', 'latte')
                 ON CONFLICT (category_name, keyword) DO NOTHING",
                0,
            ),
            (mapping, 1),
            (mapping, 1),
            ("DELETE FROM categories WHERE name = 'Own – Café'", 1),
            ("UPDATE account_mappings SET friendly_name = 'x' WHERE id = 1::varchar(5)::integer", 1),
        ],
    );
    let left = "SELECT format('%s %s', count(*), max(friendly_name)) AS line FROM account_mappings";
    assert_eq!(lines(conn, left), ["1 x"]);
}
