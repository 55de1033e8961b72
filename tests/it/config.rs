//! Settings: where they come from, what they do to a connection, what they refuse.

mod credentials;
mod production;
mod servers;

use std::fs;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use spending_db::config::{Environment, Tls};
use spending_db::database::connect;
use spending_db::{Config, Error};

use crate::support::TestDatabase;

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().copied().collect()
}

fn setting(conn: &mut PgConnection, name: &str) -> String {
    diesel::select(
        sql::<Text>("current_setting(")
            .bind::<Text, _>(name)
            .sql(")"),
    )
    .get_result(conn)
    .unwrap()
}

#[test]
fn the_environment_wins_over_the_file_which_is_found_above() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    fs::write(
        folder.path().join(".env"),
        "PATH=/nowhere\nSPENDING_DB_TEST_VARIABLE='of the file'\nPOSTGRES_DB=of_the_file\n",
    )
    .unwrap();
    let mut environment = Environment::load_in(&below).unwrap();
    assert_eq!(
        environment.get("PATH"),
        std::env::var("PATH").ok().as_deref()
    );
    assert_eq!(
        environment.get("SPENDING_DB_TEST_VARIABLE"),
        Some("of the file")
    );
    assert!(
        std::env::var("SPENDING_DB_TEST_VARIABLE").is_err(),
        "the process was changed"
    );
    assert!(environment.names_database());
    environment.set("POSTGRES_DB", "");
    assert_eq!(environment.get("POSTGRES_DB"), None);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    fs::write(&file, "A=1\nPOSTGRES_PASSWORD=hunter2 hunter3\n").unwrap();
    let error = Environment::load_in(folder.path()).unwrap_err();
    assert!(matches!(&error, Error::Config { variable, reason }
        if *variable == file.display().to_string() && reason.starts_with("line 2 ")));
    assert!(
        !format!("{error} {error:?}").contains("hunter"),
        "{error:?}"
    );
}

#[test]
fn without_settings_the_plan_s_defaults_hold() {
    let shown = format!("{:?}", Config::from_environment(&environment(&[])).unwrap());
    for part in [
        r#""user": "spending_user""#,
        r#""host": "localhost""#,
        r#""port": "5433""#,
        r#""dbname": "spending_db""#,
        r#""password": ***"#,
        "pool_size: 10",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains("spending_password"), "{shown}");
}

#[test]
fn a_wrong_value_is_an_error_that_names_the_variable_and_not_the_value() {
    for (variable, value, takes) in [
        ("DATABASE_URL", "hunter2", "postgresql://"),
        ("DATABASE_URL", "postgres://u:hunter2@h:port/d", "port"),
        ("DATABASE_URL", "postgres://u:hunter2%@h/d", "%25"),
        ("POSTGRES_PORT", "hunter2", "1 to 65535"),
        ("POSTGRES_PORT", "0", "1 to 65535"),
        ("SPENDING_DB_POOL_SIZE", "0", "1 to 1000"),
        ("SPENDING_DB_POOL_SIZE", "1.5", "1 to 1000"),
        ("SPENDING_DB_POOL_MIN_IDLE", "11", "pool size"),
        ("SPENDING_DB_CHECKOUT_TIMEOUT", "off", "30s"),
        ("SPENDING_DB_STATEMENT_TIMEOUT", "soon", "or off"),
        ("SPENDING_DB_LOCK_TIMEOUT", "-1", "or off"),
        ("SPENDING_DB_SLOW_STATEMENT", "1 fortnight", "or off"),
        ("SPENDING_DB_MIGRATION_LOCK_TIMEOUT", "25days", "or off"),
        ("SPENDING_DB_TLS", "yes", "verify-full"),
        ("SPENDING_DB_MIGRATE_ON_OPEN", "perhaps", "true or false"),
        ("SPENDING_DB_ALLOW_NEWER_DATABASE", "2", "true or false"),
        ("TESTING", "maybe", "true or false"),
    ] {
        let error = Config::from_environment(&environment(&[(variable, value)])).unwrap_err();
        let Error::Config {
            variable: named,
            reason,
        } = &error
        else {
            panic!("{variable}={value}: {error}");
        };
        assert_eq!(named, variable);
        assert!(reason.contains(takes), "{variable}={value}: {reason}");
        assert!(!reason.contains("hunter2"), "{variable}={value}: {reason}");
    }
}

#[test]
fn settings_hold_on_the_session_and_survive_a_reset() {
    let database = TestDatabase::empty();
    let config = Config::from_environment(&environment(&[
        ("DATABASE_URL", &database.url()),
        ("SPENDING_DB_STATEMENT_TIMEOUT", "1.5min"),
        ("SPENDING_DB_LOCK_TIMEOUT", "250ms"),
        ("SPENDING_DB_APPLICATION_NAME", "a 'test' \\ of names"),
        ("SPENDING_DB_TLS", "disable"),
    ]))
    .unwrap();
    let mut conn = connect(&config).unwrap();
    for _ in 0..2 {
        assert_eq!(setting(&mut conn, "statement_timeout"), "90s");
        assert_eq!(setting(&mut conn, "lock_timeout"), "250ms");
        assert_eq!(
            setting(&mut conn, "application_name"),
            "a 'test' \\ of names"
        );
        assert_eq!(setting(&mut conn, "TimeZone"), "UTC");
        assert_eq!(setting(&mut conn, "client_encoding"), "UTF8");
        diesel::sql_query("RESET ALL").execute(&mut conn).unwrap();
    }
}

#[test]
fn no_limits_and_options_of_the_url() {
    let database = TestDatabase::empty();
    let url = database.url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!(
        "{url}{separator}options=-c%20work_mem=7MB%20-c%20TimeZone=Asia/Tokyo&application_name=of%20the%20url"
    );
    let config = Config::from_url(&url)
        .unwrap()
        .statement_timeout(None)
        .lock_timeout(Some(Duration::from_micros(1)));
    let mut conn = connect(&config).unwrap();
    assert_eq!(setting(&mut conn, "statement_timeout"), "0");
    assert_eq!(setting(&mut conn, "lock_timeout"), "1ms");
    assert_eq!(setting(&mut conn, "work_mem"), "7MB");
    assert_eq!(setting(&mut conn, "application_name"), "of the url");
    diesel::sql_query("RESET ALL").execute(&mut conn).unwrap();
    assert_eq!(setting(&mut conn, "work_mem"), "7MB");
    assert_eq!(setting(&mut conn, "TimeZone"), "UTC");
}

#[test]
fn without_tls_in_the_program_an_error_says_how_to_get_it() {
    let database = TestDatabase::empty();
    let config = Config::from_url(&database.url()).unwrap().tls(Tls::Require);
    let outcome = connect(&config).map(|_| "a connection");
    if cfg!(all(feature = "bundled", not(feature = "tls"))) {
        let message = outcome.unwrap_err().to_string();
        assert!(
            message.contains("build it with the feature `tls`"),
            "{message}"
        );
    }
}
