//! Which links from mails may be downloaded.
//!
//! A mail is written by anybody: a link in it must not make a server ask its own network for something, or read without an end.
//! Whoever downloads checks the link by [`DownloadPolicy::check_link`] and, as a name may lead anywhere, each address that it
//! resolves to by [`check_address`]; connects to that very address; does the same for every redirect; checks the answer's head
//! by [`DownloadPolicy::check_answer`]; and reads no more than [`DownloadPolicy::max_bytes`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Error, Result};

/// What may be downloaded.
#[derive(Debug, Clone, Copy)]
pub struct DownloadPolicy<'a> {
    /// Names of hosts, lower-case. With a dot in front (`.example.com`) every host below it, without it that host alone.
    pub hosts: &'a [&'a str],
    /// Media types, lower-case, without parameters.
    pub content_types: &'a [&'a str],
    /// The most bytes.
    pub max_bytes: u64,
}

impl DownloadPolicy<'_> {
    /// The host of a link that may be asked: `https`, a host by name that is on the list, without a port, a user or a password.
    /// [`Error::InvalidInput`] for `link` else.
    pub fn check_link(&self, link: &str) -> Result<String> {
        let refuse = |reason| Err(Error::invalid("link", reason));
        if link.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return refuse("has a character that no link has");
        }
        let Some((scheme, rest)) = link.split_once("://") else {
            return refuse("is not absolute");
        };
        if !scheme.eq_ignore_ascii_case("https") {
            return refuse("is not https");
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse("carries a user or password");
        }
        let host = authority.to_ascii_lowercase();
        if !is_name(&host) {
            return refuse("names no host, an address or a port");
        }
        if !self.hosts.iter().any(|allowed| covers(allowed, &host)) {
            return refuse("is not of an allowed host");
        }
        Ok(host)
    }

    /// Whether an answer with these headers may be read. [`Error::InvalidInput`] for `content_type` that is not on the list,
    /// and for a `content_length` that is too great.
    pub fn check_answer(&self, content_type: &str, content_length: Option<u64>) -> Result<()> {
        let media_type = content_type.split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        if !self.content_types.contains(&media_type.as_str()) {
            return Err(Error::invalid("content_type", "is not an allowed one"));
        }
        if content_length.is_some_and(|length| length > self.max_bytes) {
            return Err(Error::invalid("content_length", "is too great"));
        }
        Ok(())
    }
}

/// [`Error::InvalidInput`] for an address that is not of the public internet.
pub fn check_address(address: IpAddr) -> Result<()> {
    let public = match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    };
    if public {
        Ok(())
    } else {
        Err(Error::invalid("address", "is not a public one"))
    }
}

fn covers(allowed: &str, host: &str) -> bool {
    if allowed.starts_with('.') {
        host.len() > allowed.len() && host.ends_with(allowed)
    } else {
        host == allowed
    }
}

/// Labels of letters, digits and hyphens, the last of which begins with a letter: no form of an address, decimal, octal or
/// hexadecimal, does.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(is_label)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a, b & 0b1100_0000) == (100, 64)
        || (a, b, c) == (192, 0, 0)
        || (a, b & 0b1111_1110) == (198, 18))
}

/// Global unicast (`2000::/3`), but for what carries another address in it (6to4, Teredo) and documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x2002 | 0x3fff, _));
    (0x2000..0x4000).contains(&a) && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: DownloadPolicy<'_> = DownloadPolicy {
        hosts: &["files.example.com", ".shop.example"],
        content_types: &["application/pdf"],
        max_bytes: 1_000,
    };

    // D43
    #[test]
    fn only_links_to_allowed_hosts_pass() {
        for (link, host) in [
            ("https://files.example.com/a.pdf?x=1#y", "files.example.com"),
            ("HTTPS://FILES.example.com", "files.example.com"),
            (
                "https://a.b.shop.example?next=http://10.0.0.1/",
                "a.b.shop.example",
            ),
        ] {
            assert_eq!(POLICY.check_link(link).unwrap(), host);
        }
        for link in [
            "",
            "files.example.com/a.pdf",
            "//files.example.com/a.pdf",
            "http://files.example.com/a.pdf",
            "file://files.example.com/a.pdf",
            "https://example.com/a.pdf",
            "https://files.example.com.evil.example/",
            "https://shop.example/",
            "https://evilshop.example/",
            "https://files.example.com:8443/",
            "https://files.example.com:443/",
            "https://files.example.com:/",
            "https://user:secret@files.example.com/",
            "https://files.example.com@10.0.0.1/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.0.0.1.shop.example\\@evil.example/",
            "https://localhost/",
            "https://.shop.example/",
            "https://files.example.com./",
            "https://files.example.com\t/",
            "https://files.example.com\r\nHost: evil.example",
            "https:///files.example.com",
            "https://fi\u{0142}es.example.com/",
        ] {
            let error = POLICY.check_link(link).unwrap_err();
            let is_refusal = matches!(&error, Error::InvalidInput { field, .. } if field == "link");
            assert!(is_refusal, "{link:?}: {error}");
        }
    }

    // D43
    #[test]
    fn addresses_of_inner_networks_are_refused() {
        for address in [
            "93.184.215.14",
            "8.8.8.8",
            "100.63.0.1",
            "2606:2800:21f::1",
            "2a00::1",
        ] {
            check_address(address.parse().unwrap()).unwrap();
        }
        for address in [
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "198.51.100.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::1",
        ] {
            assert!(
                check_address(address.parse().unwrap()).is_err(),
                "{address}"
            );
        }
    }

    // D43
    #[test]
    fn answers_are_small_and_of_an_allowed_kind() {
        for (content_type, length) in [
            ("application/pdf", Some(1_000)),
            ("Application/PDF; charset=binary", None),
        ] {
            POLICY.check_answer(content_type, length).unwrap();
        }
        for (content_type, length) in [
            ("text/html", Some(1)),
            ("", None),
            ("application/pdfx", None),
            ("application/pdf", Some(1_001)),
        ] {
            POLICY.check_answer(content_type, length).unwrap_err();
        }
    }
}
