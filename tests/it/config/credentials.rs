//! Names and passwords with characters that mean something elsewhere.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use spending_db::Config;
use spending_db::config::Environment;
use spending_db::database::connect;

use crate::support::{TestDatabase, maintenance};

const ODD: &str = r#"a@b/c:d%e?f#g 'h"i\j &=k,é$l"#;

/// A role and a database with odd names, dropped with this handle.
struct Odd {
    user: String,
    password: String,
    database: String,
    host: String,
    port: String,
}

impl Odd {
    fn new() -> Self {
        let mut conn = maintenance();
        let url = TestDatabase::empty().url();
        let (_, address) = url.split_once("://").unwrap();
        let (address, _) = address.split_once('/').unwrap();
        let (_, address) = address.rsplit_once('@').unwrap_or(("", address));
        let (host, port) = address.rsplit_once(':').unwrap_or((address, "5432"));
        let odd = Self {
            user: format!("{ODD} user {}", std::process::id()),
            password: format!("{ODD} password"),
            database: format!("{ODD} database {}", std::process::id()),
            host: host.to_owned(),
            port: port.to_owned(),
        };
        let Self {
            user,
            password,
            database,
            ..
        } = &odd;
        let (user, database) = (identifier(user), identifier(database));
        let password = password.replace('\'', "''");
        conn.batch_execute(&format!("CREATE ROLE {user} LOGIN PASSWORD '{password}'"))
            .unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {database} OWNER {user}"))
            .unwrap();
        odd
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        let mut conn = maintenance();
        let (user, database) = (identifier(&self.user), identifier(&self.database));
        conn.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)"))
            .unwrap();
        conn.batch_execute(&format!("DROP ROLE {user}")).unwrap();
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn percent(text: &str) -> String {
    let codes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    codes.concat()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

#[test]
fn odd_characters_work_in_every_form() {
    let odd = Odd::new();
    let Odd {
        user,
        password,
        database,
        host,
        port,
    } = &odd;
    let url = format!(
        "postgresql://{}:{}@{host}:{port}/{}",
        percent(user),
        percent(password),
        percent(database)
    );
    let keywords = format!(
        "host={host} port = {port} user={} password={} dbname={}",
        quoted(user),
        quoted(password),
        quoted(database)
    );
    let variables: Environment = [
        ("POSTGRES_USER", user),
        ("POSTGRES_PASSWORD", password),
        ("POSTGRES_DB", database),
        ("POSTGRES_HOST", host),
        ("POSTGRES_PORT", port),
    ]
    .into_iter()
    .collect();
    for (form, config) in [
        ("URL", Config::from_url(&url)),
        ("keywords", Config::from_url(&keywords)),
        ("variables", Config::from_environment(&variables)),
        (
            "by hand",
            Ok(Config::default()
                .host(host)
                .port(port.parse().unwrap())
                .user(user)
                .password(password)
                .database(database)),
        ),
    ] {
        let config = config.unwrap_or_else(|error| panic!("{form}: {error}"));
        let shown = format!("{config:?} {config:#?}");
        assert!(!shown.contains("$l password"), "{form}: {shown}");
        let mut conn = connect(&config).unwrap_or_else(|error| panic!("{form}: {error}"));
        let who: (String, String) = diesel::select((
            sql::<Text>("current_user::text"),
            sql::<Text>("current_database()::text"),
        ))
        .get_result(&mut conn)
        .unwrap();
        assert_eq!(who, (user.clone(), database.clone()), "{form}");
    }
}

#[test]
fn a_wrong_password_is_not_repeated() {
    let database = TestDatabase::empty();
    let config = Config::from_url(&database.url())
        .unwrap()
        .user("nobody_at_all")
        .password("hunter2");
    let Err(error) = connect(&config) else {
        panic!("a role that does not exist got in");
    };
    let shown = format!("{error} {error:?} {config:?}");
    assert!(shown.contains("nobody_at_all"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
