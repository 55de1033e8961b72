//! The security audit log.

use diesel::prelude::*;
use serde_json::json;
use spending_db::models::core::{NewUser, User};
use spending_db::models::system::SecurityAuditEvent;
use spending_db::schema::security_audit_log;
use spending_db::types::SecurityAuditEventId;

use super::{call, refused_argument};
use crate::support::TestDatabase;

fn event(conn: &mut PgConnection, id: i32) -> SecurityAuditEvent {
    SecurityAuditEvent::query()
        .filter(security_audit_log::id.eq(SecurityAuditEventId(id)))
        .first(conn)
        .unwrap()
}

#[test]
fn a_user_with_events_can_be_deleted_and_the_events_stay() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let user = NewUser::new("maple@example.com").insert(conn).unwrap().id;
    let params = json!({"user_id": user, "event_type": "logout", "success": true});
    let id = call(conn, "log_security_event", &params).unwrap();
    User::delete(conn, user).unwrap();
    let id = id.as_i64().unwrap().try_into().unwrap();
    assert_eq!(event(conn, id).user_id, None);
    let failure = call(conn, "log_security_event", &params).unwrap_err();
    assert_eq!(
        failure.data["constraint"],
        "security_audit_log_user_id_fkey"
    );
}

#[test]
fn metadata_are_an_object_and_never_null() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for (given, stored) in [
        (json!(null), json!({})),
        (json!({}), json!({})),
        (json!({"tries": [1, null]}), json!({"tries": [1, null]})),
    ] {
        let params = json!({"user_id": null, "event_type": "login_failed", "success": false, "metadata": given});
        let id = call(conn, "log_security_event", &params).unwrap();
        let id = id.as_i64().unwrap().try_into().unwrap();
        assert_eq!(event(conn, id).metadata, stored);
    }
    let params = json!({"user_id": null, "event_type": "login_failed", "success": false, "metadata": "text"});
    let outcome = call(conn, "log_security_event", &params);
    assert_eq!(refused_argument(outcome), "metadata");
}
