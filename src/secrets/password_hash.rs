//! [`PasswordHash`]: what `users.password_hash` holds.

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use sha2::Sha256;

use super::{Password, random};
use crate::types::Secret;
use crate::{Error, Result};

/// A stored hash of a password, of a kind that can be checked.
///
/// New ones are Argon2id with 19 MiB, two passes and one lane (the parameters of OWASP), as a PHC string. What the old application
/// stored is checked too: `pbkdf2:sha256:<iterations>$<salt>$<hexadecimal>`, as Werkzeug writes it.
#[derive(Debug, Clone)]
pub struct PasswordHash(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Argon2(Secret),
    Werkzeug {
        iterations: u32,
        salt: String,
        hash: [u8; 32],
    },
}

/// More rounds than anybody stores: a row must not keep a processor busy for minutes.
const MOST_ITERATIONS: u32 = 10_000_000;

/// A hash that no password has, with the present parameters: what an unknown user's password is checked against.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl PasswordHash {
    /// Hashes a password with a new salt: some 20 ms of one processor. [`Error::InvalidInput`] where it is empty.
    pub fn of(password: &Password) -> Result<Self> {
        if password.expose().is_empty() {
            return Err(Error::invalid("password", "is empty"));
        }
        let salt: [u8; 16] = random()?;
        let hash: Phc = Argon2::default()
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .map_err(|_| Error::invalid("password", "cannot be hashed: it is too long"))?;
        Ok(Self(Kind::Argon2(Secret::new(hash.to_string()))))
    }

    /// Reads a stored hash; `None` where it is of a kind that cannot be checked.
    pub fn from_stored(stored: &Secret) -> Option<Self> {
        if let Ok(hash) = Phc::new(stored.expose()) {
            let is_known = hash.algorithm.as_str().starts_with("argon2");
            return is_known.then(|| Self(Kind::Argon2(stored.clone())));
        }
        Self::werkzeug(stored.expose())
    }

    /// Checks a password against nothing, for as long as against a hash: whether a user exists is not told by the time.
    pub(crate) fn verify_nobody(password: &Password) {
        let verified = Self(Kind::Argon2(Secret::new(NOBODY))).verify(password);
        debug_assert!(!verified);
    }

    /// Whether it is the hash of this password; compared in constant time.
    pub fn verify(&self, password: &Password) -> bool {
        let password = password.expose().as_bytes();
        match &self.0 {
            Kind::Argon2(stored) => Phc::new(stored.expose())
                .is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok()),
            Kind::Werkzeug {
                iterations,
                salt,
                hash,
            } => {
                let found =
                    pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password, salt.as_bytes(), *iterations);
                is_equal(&found, hash)
            }
        }
    }

    /// Whether it was made with other parameters than [`PasswordHash::of`] takes now.
    pub fn is_outdated(&self) -> bool {
        let Kind::Argon2(stored) = &self.0 else {
            return true;
        };
        Phc::new(stored.expose()).ok().is_none_or(|hash| {
            hash.algorithm.as_str() != "argon2id"
                || Params::try_from(&hash).ok().is_none_or(|params| {
                    let now = Params::DEFAULT;
                    (params.m_cost(), params.t_cost(), params.p_cost())
                        != (now.m_cost(), now.t_cost(), now.p_cost())
                })
        })
    }

    /// What the column is to hold; `None` for a hash of the old application, which is only ever read.
    pub(crate) fn to_store(&self) -> Option<&Secret> {
        match &self.0 {
            Kind::Argon2(stored) => Some(stored),
            Kind::Werkzeug { .. } => None,
        }
    }

    fn werkzeug(stored: &str) -> Option<Self> {
        let (iterations, rest) = stored.strip_prefix("pbkdf2:sha256:")?.split_once('$')?;
        let (salt, hexadecimal) = rest.split_once('$')?;
        let iterations = iterations.parse().ok()?;
        let is_bounded = (1..=MOST_ITERATIONS).contains(&iterations);
        let hash = bytes_of(hexadecimal).filter(|_| is_bounded)?;
        Some(Self(Kind::Werkzeug {
            iterations,
            salt: salt.to_owned(),
            hash,
        }))
    }
}

fn bytes_of(hexadecimal: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hexadecimal
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
        .collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| (high << 4) | low).collect();
    bytes.try_into().ok()
}

/// Compares in a time that does not depend on where the difference is.
fn is_equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |seen, (left, right)| seen | (left ^ right));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Option<PasswordHash> {
        PasswordHash::from_stored(&Secret::new(text))
    }

    #[test]
    fn new_hashes_are_argon2id_with_a_salt_of_their_own() {
        let password = Password::new("correct horse");
        let [one, two] = [(), ()].map(|()| PasswordHash::of(&password).expect("a hash"));
        let text = |hash: &PasswordHash| hash.to_store().map(|text| text.expose().to_owned());
        assert_ne!(text(&one), text(&two));
        assert!(text(&one).is_some_and(|text| text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
        assert!(one.verify(&password) && !one.is_outdated());
        assert!(!one.verify(&Password::new("correct horse ")));
        assert!(PasswordHash::of(&Password::new("")).is_err());
        assert_eq!(
            format!("{password:?} {one:?}"),
            "*** PasswordHash(Argon2(***))"
        );
    }

    /// `hashlib.pbkdf2_hmac("sha256", b"correct horse", b"salt", 1000).hex()`.
    #[test]
    fn hashes_of_the_old_application_are_checked_and_outdated() {
        let old = stored(WERKZEUG).expect("a known kind");
        assert!(old.verify(&Password::new("correct horse")));
        assert!(!old.verify(&Password::new("correct horsf")));
        assert!(old.is_outdated());
    }

    const WERKZEUG: &str =
        "pbkdf2:sha256:1000$salt$6e8453a042a842bdb62de0d3c870ec1241e90ec0ce4f2589ab5e87927122c1e5";

    #[test]
    fn weaker_parameters_are_outdated() {
        // argon2-cffi: m=64, t=1.
        let weak = stored(
            "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQxMjM0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        );
        assert!(weak.expect("a known kind").is_outdated());
        assert!(!stored(NOBODY).expect("a known kind").is_outdated());
    }

    #[test]
    fn other_kinds_are_unknown() {
        for text in [
            "",
            "h",
            "hunter2",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "scrypt:32768:8:1$salt$aa11",
            "pbkdf2:sha256:600000$salt$aa11",
            "pbkdf2:sha256:0$salt$0000000000000000000000000000000000000000000000000000000000000000",
            "pbkdf2:sha256:99999999$salt$0000000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert!(stored(text).is_none(), "{text}");
        }
    }
}
