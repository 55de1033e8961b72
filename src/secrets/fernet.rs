//! The Fernet format: version 0x80, 8 bytes of big-endian Unix time, 16 bytes of IV, AES-128-CBC with PKCS#7, and an
//! HMAC-SHA256 over all before it; in URL-safe Base64 with padding.

use aes::Aes128;
use base64ct::{Base64Url, Encoding};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

pub(super) const KEY: usize = 32;
pub(super) const IV: usize = 16;
const VERSION: u8 = 0x80;
const TIME: usize = 8;
const MAC: usize = 32;
const HEAD: usize = 1 + TIME + IV;

/// Encrypts a text as of a Unix time.
pub(super) fn encrypt(key: &[u8; KEY], time: u64, iv: [u8; IV], plain: &str) -> String {
    let (signing, encryption) = halves(key);
    let ciphertext = cbc::Encryptor::<Aes128>::new(&encryption.into(), &iv.into())
        .encrypt_padded_vec::<Pkcs7>(plain.as_bytes());
    let mut token = Vec::with_capacity(HEAD + ciphertext.len() + MAC);
    token.push(VERSION);
    token.extend(time.to_be_bytes());
    token.extend(iv);
    token.extend(ciphertext);
    let mac = hmac(signing).chain_update(&token).finalize().into_bytes();
    token.extend(mac);
    Base64Url::encode_string(&token)
}

/// Decrypts a token of any age; `None` where the key is another or the token damaged.
pub(super) fn decrypt(key: &[u8; KEY], token: &str) -> Option<Zeroizing<String>> {
    let token = Base64Url::decode_vec(token).ok()?;
    let (signed, mac) = token.split_at_checked(token.len().checked_sub(MAC)?)?;
    let (head, ciphertext) = signed.split_at_checked(HEAD)?;
    let (signing, encryption) = halves(key);
    hmac(signing).chain_update(signed).verify_slice(mac).ok()?;
    let (&VERSION, head) = head.split_first()? else {
        return None;
    };
    let iv: [u8; IV] = head[TIME..].try_into().ok()?;
    let plain = cbc::Decryptor::<Aes128>::new(&encryption.into(), &iv.into())
        .decrypt_padded_vec::<Pkcs7>(ciphertext)
        .ok()?;
    String::from_utf8(plain).ok().map(Zeroizing::new)
}

/// The half that signs and the half that encrypts.
fn halves(key: &[u8; KEY]) -> ([u8; KEY / 2], [u8; KEY / 2]) {
    let (mut signing, mut encryption) = ([0; KEY / 2], [0; KEY / 2]);
    signing.copy_from_slice(&key[..KEY / 2]);
    encryption.copy_from_slice(&key[KEY / 2..]);
    (signing, encryption)
}

/// HMAC pads a key that is shorter than a block with zeros.
fn hmac(key: [u8; KEY / 2]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(&key);
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of the reference; made up, it protects nothing.
    const TOKEN: &str = "gAAAAABoO5gAAAECAwQFBgcICQoLDA0ODxxSji_7jAx40GyiUPiBFdHSSP5KWsf7-yEZvD1TGyoBldd4M95DYcky_0zRG9Gx5a6Nc9p8bxCJ3nwuqmB6nq8=";
    const PLAIN: &str = "made-up-access-token";
    const TEST_KEY: &[u8; KEY] = b"made-up-key-for-tests-only-32by!";

    #[test]
    fn writes_and_reads_the_vector_of_the_reference() {
        let iv = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
        assert_eq!(encrypt(TEST_KEY, 1_748_736_000, iv, PLAIN), TOKEN);
        assert_eq!(
            decrypt(TEST_KEY, TOKEN).map(|plain| plain.to_string()),
            Some(PLAIN.to_owned())
        );
    }

    /// The examples of the Fernet specification.
    #[test]
    fn agrees_with_the_specification() {
        let mut key = [0; KEY];
        Base64Url::decode("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=", &mut key).expect("a key");
        let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        let iv = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
        assert_eq!(encrypt(&key, 499_162_800, iv, "hello"), token);
        assert_eq!(
            decrypt(&key, token).map(|plain| plain.to_string()),
            Some("hello".to_owned())
        );
        for invalid in [
            // Another signature, too short, no Base64, half a block, wrong padding: from the specification's `invalid.json`.
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
            "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
            "",
        ] {
            assert_eq!(decrypt(&key, invalid).as_deref(), None, "{invalid}");
        }
    }

    #[test]
    fn no_changed_character_goes_unnoticed() {
        for at in 0..TOKEN.len() {
            let mut changed = TOKEN.as_bytes().to_vec();
            changed[at] = if changed[at] == b'B' { b'C' } else { b'B' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(decrypt(TEST_KEY, &changed).as_deref(), None, "at {at}");
            assert_eq!(
                decrypt(TEST_KEY, &TOKEN[..at]).as_deref(),
                None,
                "cut at {at}"
            );
        }
        for half in [0, KEY / 2] {
            let mut other = *TEST_KEY;
            other[half] ^= 1;
            let read = decrypt(&other, TOKEN).map(|plain| plain.to_string());
            assert_ne!(read, Some(PLAIN.to_owned()));
        }
    }

    #[test]
    fn texts_of_every_length_come_back() {
        for length in 0..70 {
            let plain = "é".repeat(length);
            let token = encrypt(TEST_KEY, 0, [7; IV], &plain);
            let read = decrypt(TEST_KEY, &token).map(|plain| plain.to_string());
            assert_eq!(read, Some(plain));
        }
    }
}
