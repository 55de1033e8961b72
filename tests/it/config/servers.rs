//! The servers beside the one of `DATABASE_URL`.

use spending_db::{Config, Error};

use super::environment;

const URL: (&str, &str) = ("DATABASE_URL", "postgresql://u@h/d");

#[test]
fn what_is_wrong_names_its_variable_and_nothing_else() {
    for (variable, value) in [
        ("DATABASE_REPLICA_URL", "mysql://u:hunter2@h/d"),
        ("DATABASE_REPLICA_URL", "postgresql://u:hunter2@a,b/d"),
        ("DATABASE_REPLICA_URL", "host=a,b password=hunter2"),
        ("DATABASE_REPLICA_MAX_LAG_SECONDS", "hunter2"),
        ("DATABASE_REPLICA_MAX_LAG_SECONDS", "-1"),
        ("DATABASE_REPLICA_WAIT", "hunter2"),
        ("DATABASE_POOLER", "hunter2"),
        ("DATABASE_DIRECT_URL", "postgresql://u:hunter2@h:99999/d"),
    ] {
        let error = Config::from_environment(&environment(&[URL, (variable, value)])).unwrap_err();
        let shown = format!("{error} {error:?}");
        let Error::Config { variable: told, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(told, variable);
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn all_are_taken_and_no_password_is_shown() {
    let config = Config::from_environment(&environment(&[
        ("DATABASE_URL", "postgresql://u:hunter2@bouncer/d"),
        (
            "DATABASE_REPLICA_URL",
            "postgresql://u:hunter2@replica:5433/d",
        ),
        ("DATABASE_DIRECT_URL", "host=primary password=hunter2"),
        ("DATABASE_REPLICA_MAX_LAG_SECONDS", "2.5"),
        ("DATABASE_REPLICA_WAIT", "off"),
        ("DATABASE_POOLER", "transaction"),
        ("SPENDING_DB_TLS", "verify-full"),
    ]))
    .unwrap();
    let shown = format!("{config:?}");
    for part in [
        "bouncer",
        "replica",
        "primary",
        "replica_max_lag: Some(2.5s)",
        "replica_wait: None",
        "pooler: Transaction",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(shown.matches("verify-full").count(), 3, "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
