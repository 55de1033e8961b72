//! The keys of `ENCRYPTION_KEY`, and what each opens.

use spending_db::Error;
use spending_db::config::Environment;
use spending_db::secrets::{EncryptionKey, Keyring, Opened, Token};
use spending_db::types::EncryptedToken;

use super::{REFERENCE_KEY, REFERENCE_PLAIN, REFERENCE_TOKEN, key};

fn from_variable(value: &str) -> spending_db::Result<Keyring> {
    let environment: Environment = [("ENCRYPTION_KEY", value)].into_iter().collect();
    Keyring::from_environment(&environment)
}

#[test]
fn the_token_of_the_reference_is_read_whatever_its_age() {
    let keyring = from_variable(REFERENCE_KEY).unwrap();
    let stored = EncryptedToken::from_stored(REFERENCE_TOKEN);
    let token = keyring.decrypt(&stored).unwrap();
    assert_eq!(token.expose(), REFERENCE_PLAIN);
}

/// D30: without a key there is an error, never plain text.
#[test]
fn without_a_key_there_is_no_keyring() {
    for value in ["", "  ", "\t"] {
        let refused = from_variable(value);
        assert!(
            matches!(refused, Err(Error::MissingEncryptionKey)),
            "{value:?}"
        );
    }
    let refused = Keyring::from_environment(&Environment::default()).unwrap_err();
    assert!(refused.to_string().starts_with("ENCRYPTION_KEY is not set"));
}

#[test]
fn what_is_no_key_is_named_by_its_place_and_not_told() {
    let good = key().expose().to_string();
    for (value, place) in [
        ("hunter2".to_owned(), 1),
        (good[..43].to_owned(), 1),
        (format!("{good}="), 1),
        // 31 and 33 bytes.
        (
            "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=".replace("QUE=", "QQ=="),
            1,
        ),
        ("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB".to_owned(), 1),
        (format!("{good},hunter2"), 2),
        (format!("{good},,{good}"), 2),
        (format!("{good},"), 2),
    ] {
        let error = from_variable(&value).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.starts_with(&format!("ENCRYPTION_KEY: key {place}: ")),
            "{shown}"
        );
        assert!(
            !shown.contains("hunter2") && !shown.contains(&good[..43]),
            "{shown}"
        );
    }
}

#[test]
fn the_first_key_encrypts_and_all_decrypt() {
    let [old, new, other] = [key(), key(), key()];
    let before = Keyring::new(old.clone());
    let after = from_variable(&format!("{} , {}", &*new.expose(), &*old.expose())).unwrap();
    assert_eq!(after.versions(), [new.version(), old.version()]);
    let token = Token::new("made-up");
    let (first, second) = (
        before.encrypt(&token).unwrap(),
        after.encrypt(&token).unwrap(),
    );
    assert_eq!(first.key_version(), old.version());
    assert_eq!(second.key_version(), new.version());
    assert!(matches!(after.open(&first), Opened::Older(token) if token.expose() == "made-up"));
    assert!(matches!(after.open(&second), Opened::Newest(token) if token.expose() == "made-up"));
    assert!(matches!(before.open(&second), Opened::Unreadable));
    assert!(Keyring::new(other).decrypt(&first).is_none());
    // The same token twice is not the same ciphertext.
    assert_ne!(second, after.encrypt(&token).unwrap());
}

#[test]
fn a_damaged_token_is_not_taken_for_a_plain_one() {
    let keyring = Keyring::new(key());
    let stored = keyring.encrypt(&Token::new("made-up")).unwrap();
    let text = stored.as_stored();
    for damaged in [&text[..text.len() - 1], &text[..6], &format!("{text}A")] {
        let damaged = EncryptedToken::from_stored(damaged);
        assert!(!damaged.is_plain());
        assert!(keyring.decrypt(&damaged).is_none());
    }
    for plain in [
        "eyJhbGciOiJSUzI1NiJ9.e30.x",
        "ya29.a0Af",
        "Atza|IwEB",
        "gAAAA",
    ] {
        let stored = EncryptedToken::from_stored(plain);
        assert!(stored.is_plain());
        assert_eq!(keyring.decrypt(&stored).unwrap().expose(), plain);
    }
}

#[test]
fn keys_show_nowhere_and_their_versions_tell_them_apart() {
    let key = key();
    let text = key.expose().to_string();
    let keyring =
        Keyring::new(key.clone()).with_older(EncryptionKey::parse(REFERENCE_KEY).unwrap());
    assert_eq!(format!("{key:?} {keyring:?}"), "*** Keyring(2 keys)");
    let again = EncryptionKey::parse(&text).unwrap();
    assert_eq!(again.version(), key.version());
    assert!(key.version() > EncryptedToken::UNRECORDED);
    assert_ne!(
        key.version(),
        EncryptionKey::parse(REFERENCE_KEY).unwrap().version()
    );
}
