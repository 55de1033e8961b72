//! Nothing is indexed twice.

use crate::schema::{execute, lines};
use crate::support::TestDatabase;

const REDUNDANT: &str = "
    WITH indexes AS (
        SELECT indexrelid, indrelid, indisunique, relam,
               ARRAY(SELECT pg_get_indexdef(indexrelid, key, true) FROM generate_series(1, indnkeyatts) key) AS keys
        FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace AND indpred IS NULL
    )
    SELECT format('%s by %s', index.indexrelid::regclass, longer.indexrelid::regclass) AS line
    FROM indexes index
    JOIN indexes longer USING (indrelid, relam)
    WHERE index.indexrelid <> longer.indexrelid
      AND index.keys = longer.keys[1:cardinality(index.keys)]
      AND (NOT index.indisunique OR (longer.indisunique AND index.keys = longer.keys))
    ORDER BY line";

#[test]
fn no_index_is_the_start_of_another() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    assert_eq!(lines(conn, REDUNDANT), [""; 0]);

    execute(
        conn,
        "CREATE INDEX again ON truelayer_transactions (account_id)",
    )
    .unwrap();
    let found = lines(conn, REDUNDANT);
    assert_eq!(
        found,
        ["again by truelayer_transactions_account_id_timestamp_idx"]
    );
}
