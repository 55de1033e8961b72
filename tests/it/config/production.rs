//! With `TESTING=true` nothing connects to the production database.

use std::io::ErrorKind;
use std::net::TcpListener;

use spending_db::database::connect;
use spending_db::{Config, Database, Error};

use crate::support::{TestDatabase, program};

/// A place that looks like a server, to see who comes.
struct Door(TcpListener);

impl Door {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn nobody_came(&self) -> bool {
        self.0
            .accept()
            .is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}

fn is_refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Refused { .. }))
}

#[test]
fn every_way_to_name_it_is_refused_before_anybody_is_asked() {
    let door = Door::new();
    let port = door.port();
    for url in [
        format!("postgres://u:p@127.0.0.1:{port}/spending_db"),
        format!("postgres://u:p@127.0.0.1:{port}/spending%5Fdb"),
        format!("postgres://u:p@127.0.0.1:{port}/other?dbname=spending_db"),
        format!("postgres://spending_db:p@127.0.0.1:{port}"),
        format!("postgres://spending_db:p@127.0.0.1:{port}/"),
        format!("postgres:///?host=127.0.0.1&port={port}&user=spending_db"),
        format!("host=127.0.0.1 port={port} dbname='spending_db'"),
        format!("host=127.0.0.1 port={port} user=spending_db dbname=''"),
        format!("host=127.0.0.1,127.0.0.1 port={port} dbname=spending\\_db user=x"),
        format!("host=127.0.0.1 port={port} user=x service=production"),
    ] {
        let config = Config::from_url(&url).unwrap().testing(true);
        assert!(is_refused(&connect(&config)), "{url}");
        assert!(is_refused(&Database::open(config)), "{url}");
    }
    let by_hand = Config::default().host("127.0.0.1").port(port).testing(true);
    assert!(is_refused(&connect(&by_hand)));
    let renamed = by_hand.database("ledger").production_database("ledger");
    assert!(is_refused(&connect(&renamed)));
    assert!(door.nobody_came());
}

#[test]
fn the_variable_holds_for_the_program_however_the_database_is_named() {
    let door = Door::new();
    let port = door.port().to_string();
    let url = format!("postgres://u:p@127.0.0.1:{port}/spending_db");
    let open_name = format!("postgres://u:p@127.0.0.1:{port}/ledger");
    let by_service = format!("postgres://u:p@127.0.0.1:{port}/");
    for (testing, variables) in [
        ("true", vec![("DATABASE_URL", url.as_str())]),
        ("TRUE", vec![("DATABASE_URL", url.as_str())]),
        (
            "1",
            vec![("POSTGRES_HOST", "127.0.0.1"), ("POSTGRES_PORT", &port)],
        ),
        (
            "true",
            vec![
                ("DATABASE_URL", "postgres:///?host=127.0.0.1"),
                ("PGPORT", &port),
                ("PGDATABASE", "spending_db"),
            ],
        ),
        (
            "true",
            vec![
                ("DATABASE_URL", "postgres:///?host=127.0.0.1"),
                ("PGPORT", &port),
                ("PGUSER", "spending_db"),
            ],
        ),
        (
            "true",
            vec![
                ("DATABASE_URL", "postgres:///?host=127.0.0.1"),
                ("PGPORT", &port),
            ],
        ),
        (
            "true",
            vec![
                ("DATABASE_URL", by_service.as_str()),
                ("PGSERVICE", "production"),
            ],
        ),
        (
            "true",
            vec![
                ("DATABASE_URL", open_name.as_str()),
                ("SPENDING_DB_PRODUCTION_DATABASE", "ledger"),
            ],
        ),
    ] {
        let output = program(&["migrate", "status"])
            .env("TESTING", testing)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{variables:?}: {said}");
        assert!(
            said.starts_with("error: refusing to connect to"),
            "{variables:?}: {said}"
        );
        assert!(said.contains("TESTING=true"), "{variables:?}: {said}");
        assert!(door.nobody_came(), "{variables:?}");
    }
}

#[test]
fn a_testing_line_in_the_file_counts() {
    let door = Door::new();
    let folder = tempfile::tempdir().unwrap();
    let port = door.port();
    std::fs::write(
        folder.path().join(".env"),
        format!("TESTING=true\nPOSTGRES_HOST=127.0.0.1\nPOSTGRES_PORT={port}\n"),
    )
    .unwrap();
    let output = program(&["migrate", "status"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("refusing to connect to spending_db"),
        "{said}"
    );
    assert!(door.nobody_came());
}

#[test]
fn other_databases_are_let_through_and_an_unclear_word_is_not() {
    let database = TestDatabase::new();
    let with_testing = |word: &str| {
        program(&["migrate", "status"])
            .env("DATABASE_URL", database.url())
            .env("TESTING", word)
            .output()
            .unwrap()
    };
    assert!(with_testing("true").status.success());
    assert!(with_testing("").status.success());
    let unclear = with_testing("maybe");
    assert_eq!(unclear.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unclear.stderr);
    assert_eq!(said.trim_end(), "error: TESTING: takes true or false");
}
