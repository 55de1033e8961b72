//! `ON CONFLICT (message_id)` takes nothing but a unique index on that column, which keeps a message from two mailboxes.

use diesel::prelude::*;
use diesel::result::Error;

use super::session;
use crate::support::TestDatabase;
use crate::support::sql::execute;

/// As old code says it.
const OLD: &str = "INSERT INTO gmail_email_content (message_id, body_text) VALUES ('m', 'text')
    ON CONFLICT (message_id) DO UPDATE SET body_text = EXCLUDED.body_text";

/// What might stand in for the index, and PostgreSQL's answer to the old statement then.
const TRIED: [(&[&str], &str); 7] = [
    (
        &["CREATE UNIQUE INDEX stand_in ON gmail_email_content (message_id) WHERE connection_id IS NULL"],
        "no unique or exclusion constraint matching",
    ),
    (
        &["CREATE UNIQUE INDEX stand_in ON gmail_email_content (message_id, id)"],
        "no unique or exclusion constraint matching",
    ),
    (
        &["ALTER TABLE gmail_email_content ADD EXCLUDE (message_id WITH =) WHERE (connection_id IS NULL)"],
        "no unique or exclusion constraint matching",
    ),
    (
        &["ALTER TABLE gmail_email_content ADD UNIQUE (message_id) DEFERRABLE"],
        "does not support deferrable unique constraints",
    ),
    (
        &[
            "CREATE RULE stand_in AS ON INSERT TO gmail_email_content DO INSTEAD
             UPDATE gmail_email_content SET body_text = NEW.body_text WHERE message_id = NEW.message_id",
        ],
        "cannot be used with table that has INSERT or UPDATE rules",
    ),
    (
        &[
            "ALTER TABLE gmail_email_content RENAME TO mails",
            "CREATE VIEW gmail_email_content AS SELECT * FROM mails",
        ],
        "no unique or exclusion constraint matching",
    ),
    (
        &[
            "ALTER TABLE gmail_email_content RENAME TO mails",
            "CREATE VIEW gmail_email_content AS SELECT * FROM mails",
            "CREATE FUNCTION stand_in() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER stand_in INSTEAD OF INSERT ON gmail_email_content FOR EACH ROW EXECUTE FUNCTION stand_in()",
        ],
        "no unique or exclusion constraint matching",
    ),
];

#[test]
fn nothing_stands_in_for_the_index() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    for (made, answer) in TRIED {
        conn.test_transaction::<_, Error, _>(|conn| {
            for statement in made {
                execute(conn, statement)?;
            }
            let error = execute(conn, OLD).unwrap_err().to_string();
            assert!(error.contains(answer), "{made:?}: {error}");
            Ok(())
        });
    }
}
