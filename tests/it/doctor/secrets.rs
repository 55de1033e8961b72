//! Tokens that are not as they should be. None of them is ever shown.

use serde_json::Value;
use spending_db::secrets::{EncryptionKey, Keyring, Token};

use super::*;
use crate::support::fixtures::user;
use crate::support::{TestDatabase, program};

const PLAIN: &str = "made-up-access-7f3a9c";

fn doctor(database: &TestDatabase, keys: Option<&str>) -> (String, Vec<(String, String)>) {
    let mut command = program(&["doctor", "--json"]);
    command
        .env("DATABASE_URL", database.url())
        .env_remove("ENCRYPTION_KEY");
    if let Some(keys) = keys {
        command.env("ENCRYPTION_KEY", keys);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let found = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["area"] == "secrets")
        .map(|finding| (word(&finding["severity"]), word(&finding["found"])))
        .collect();
    (text + &String::from_utf8(output.stderr).unwrap(), found)
}

fn owned(findings: &[(&str, &str)]) -> Vec<(String, String)> {
    findings
        .iter()
        .map(|(severity, found)| ((*severity).to_owned(), (*found).to_owned()))
        .collect()
}

#[test]
fn tokens_are_counted_and_never_shown() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let [new, old, lost] = [(); 3].map(|()| EncryptionKey::generate().unwrap());
    let under = |key: &EncryptionKey| {
        let stored = Keyring::new(key.clone())
            .encrypt(&Token::new(PLAIN))
            .unwrap();
        stored.as_stored().to_owned()
    };
    let (by_old, by_lost) = (under(&old), under(&lost));
    let ada = user(conn, "ada");
    execute(
        conn,
        &format!(
            "INSERT INTO bank_connections (user_id, provider_id, provider_name, access_token, refresh_token, connection_status)
             VALUES ({ada}, 'a', 'A bank', '{PLAIN}', '{by_old}', 'active'), ({ada}, 'b', 'B bank', '{by_lost}', '', 'active')"
        ),
    );
    let (newest, both) = (
        new.expose().to_string(),
        format!("{},{}", &*new.expose(), &*old.expose()),
    );
    let hidden = [PLAIN, &by_old, &by_lost, &newest, &both];

    let (text, found) = doctor(&database, None);
    let no_key = "2 encrypted tokens stored, and no key: ENCRYPTION_KEY is not set: without it tokens are neither stored nor read (`spending-db secrets generate-key` makes one)";
    assert_eq!(
        found,
        owned(&[("error", no_key), ("error", "1 token in plain text")])
    );
    let (broken, found) = doctor(&database, Some("hunter2"));
    assert!(
        found[0].1.contains("ENCRYPTION_KEY: key 1: takes 32 bytes"),
        "{found:?}"
    );
    assert!(!broken.contains("hunter2"));
    let (all, found) = doctor(&database, Some(&both));
    assert_eq!(
        found,
        owned(&[
            ("error", "1 token that no key of ENCRYPTION_KEY opens"),
            ("error", "1 token in plain text"),
            ("note", "1 token under an older key")
        ])
    );
    for secret in hidden {
        for text in [&text, &broken, &all] {
            assert!(!text.contains(secret), "{text}");
        }
    }

    execute(conn, "DELETE FROM bank_connections WHERE provider_id = 'b'");
    for command in ["encrypt", "rotate"] {
        let output = program(&["secrets", command])
            .env("DATABASE_URL", database.url())
            .env("ENCRYPTION_KEY", &both)
            .output()
            .unwrap();
        assert!(output.status.success());
    }
    let (_, found) = doctor(&database, Some(&newest));
    assert_eq!(
        found,
        owned(&[("ok", "2 tokens encrypted under the newest key")])
    );
}

#[test]
fn a_key_is_missed_where_there_are_no_tokens_yet() {
    let database = TestDatabase::new();
    let findings = look(&mut database.conn());
    let finding = only(&findings, Area::Secrets, "ENCRYPTION_KEY is not set");
    assert_eq!(finding.severity, Severity::Note);
    assert_eq!(commands(finding), ["spending-db secrets generate-key"]);
}
