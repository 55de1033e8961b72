//! libpq connection strings: read in both forms, changed keyword by keyword, written in one.

use std::fmt;

use crate::types::Secret;

/// What a connection string must look like; says nothing of the one that was refused, which may hold a password.
pub(super) type Complaint = &'static str;

const FORMS: Complaint =
    "takes postgresql://user:password@host:port/database or libpq's form host=… dbname=…";
const PORT: Complaint = "a port must be a number from 1 to 65535 \
    (within user, password and database write / as %2F, @ as %40, : as %3A, ? as %3F, # as %23, % as %25)";
const PERCENT: Complaint =
    "in a URL a % starts a two-digit hexadecimal code; the character itself is written %25";

/// The keywords of libpq that say where a connection goes, with their values.
#[derive(Clone, Default)]
pub(super) struct Conninfo {
    keywords: Vec<(String, String)>,
    password: Option<Secret>,
}

impl Conninfo {
    /// Reads `postgres://…`, `postgresql://…` or `keyword=value …`.
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let text = text.trim();
        let pairs = match text
            .strip_prefix("postgresql://")
            .or_else(|| text.strip_prefix("postgres://"))
        {
            Some(rest) => url_pairs(rest)?,
            None if text.contains('=') => keyword_pairs(text)?,
            None => return Err(FORMS),
        };
        let mut conninfo = Self::default();
        for (keyword, value) in pairs {
            if keyword.is_empty() || !keyword.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                return Err(FORMS);
            }
            if value.contains('\0') {
                return Err("a value holds a NUL character");
            }
            conninfo.set(&keyword, value);
        }
        Ok(conninfo)
    }

    /// The value of a keyword other than the password; an empty one counts as not given.
    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        let (_, value) = self.keywords.iter().find(|(k, _)| k == keyword)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Sets a keyword, replacing the value it had.
    pub(super) fn set(&mut self, keyword: &str, value: impl Into<String>) {
        let value = value.into();
        if keyword == "password" {
            self.password = Some(Secret::new(value));
            return;
        }
        match self.keywords.iter_mut().find(|(k, _)| k == keyword) {
            Some(pair) => pair.1 = value,
            None => self.keywords.push((keyword.to_owned(), value)),
        }
    }

    /// Sets a keyword that has no value yet.
    pub(super) fn set_default(&mut self, keyword: &str, value: &str) {
        if self.get(keyword).is_none() {
            self.set(keyword, value);
        }
    }

    /// The whole in libpq's form, password included.
    pub(super) fn render(&self) -> Secret {
        let password = self.password.iter().map(|p| ("password", p.expose()));
        let pairs = self.keywords.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let rendered: Vec<String> = pairs
            .filter(|(_, value)| !value.is_empty())
            .chain(password)
            .map(|(keyword, value)| {
                let value = value.replace('\\', r"\\").replace('\'', r"\'");
                format!("{keyword}='{value}'")
            })
            .collect();
        Secret::new(rendered.join(" "))
    }
}

impl fmt::Debug for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: [&str; 7] = [
            "host", "hostaddr", "port", "user", "dbname", "service", "sslmode",
        ];
        let mut map = f.debug_map();
        for (keyword, value) in &self.keywords {
            let shown = if SHOWN.contains(&keyword.as_str()) {
                value
            } else {
                "***"
            };
            map.entry(keyword, &shown);
        }
        if let Some(password) = &self.password {
            map.entry(&"password", password);
        }
        map.finish()
    }
}

type Pairs = Vec<(String, String)>;

/// `[user[:password]@][host[:port][,…]][/database][?keyword=value[&…]]`.
fn url_pairs(rest: &str) -> Result<Pairs, Complaint> {
    let mut pairs = Pairs::new();
    let rest = match credentials_end(rest) {
        Some(at) => {
            let (user, password) = match rest[..at].split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (&rest[..at], None),
            };
            pairs.push(("user".into(), decode(user)?));
            if let Some(password) = password {
                pairs.push(("password".into(), decode(password)?));
            }
            &rest[at + 1..]
        }
        None => rest,
    };
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = address.split_once('/').unwrap_or((address, ""));
    host_pairs(hosts, &mut pairs)?;
    pairs.push(("dbname".into(), decode(database)?));
    for parameter in parameters.split('&').filter(|p| !p.is_empty()) {
        let (keyword, value) = parameter.split_once('=').ok_or(FORMS)?;
        match (decode(keyword)?, decode(value)?) {
            (keyword, value) if keyword == "ssl" && value == "true" => {
                pairs.push(("sslmode".into(), "require".into()));
            }
            pair => pairs.push(pair),
        }
    }
    Ok(pairs)
}

/// Where the `@` after user and password stands. A `@`, `?` or `:` that the password holds as it is does no harm.
fn credentials_end(rest: &str) -> Option<usize> {
    let head = &rest[..rest.find('/').unwrap_or(rest.len())];
    let first = head.find('@')?;
    let end = head[first..].find('?').map_or(head.len(), |at| first + at);
    head[..end].rfind('@')
}

fn host_pairs(hosts: &str, pairs: &mut Pairs) -> Result<(), Complaint> {
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for entry in hosts.split(',') {
        let (name, port) = match entry.strip_prefix('[') {
            Some(bracketed) => {
                let (name, after) = bracketed
                    .split_once(']')
                    .ok_or("an IPv6 address stands in [ and ]")?;
                (name, after.strip_prefix(':').unwrap_or(after))
            }
            None => entry.split_once(':').unwrap_or((entry, "")),
        };
        if !port.is_empty() && !port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(PORT);
        }
        names.push(decode(name)?);
        ports.push(port);
    }
    pairs.push(("host".into(), join_unless_empty(&names)));
    pairs.push(("port".into(), join_unless_empty(&ports)));
    Ok(())
}

/// Joined with commas; nothing where every entry is empty.
fn join_unless_empty(entries: &[impl AsRef<str>]) -> String {
    if entries.iter().all(|entry| entry.as_ref().is_empty()) {
        return String::new();
    }
    let entries: Vec<&str> = entries.iter().map(AsRef::as_ref).collect();
    entries.join(",")
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Result<String, Complaint> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        if *byte == b'%' {
            let code = tail
                .get(..2)
                .and_then(|code| std::str::from_utf8(code).ok());
            let code = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
            let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
            bytes.push(code.ok_or(PERCENT)?);
            rest = &tail[2..];
        } else {
            bytes.push(*byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).map_err(|_| "a URL's percent codes must make up UTF-8 text")
}

/// `keyword = value …`, a value perhaps in single quotes, `\` before a character that is meant as it is.
fn keyword_pairs(text: &str) -> Result<Pairs, Complaint> {
    let mut pairs = Pairs::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (keyword, value) = rest.split_once('=').ok_or(FORMS)?;
        let (value, after) = read_value(value.trim_start())?;
        pairs.push((keyword.trim_end().to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

/// One value and what follows it.
fn read_value(text: &str) -> Result<(String, &str), Complaint> {
    let (quoted, body) = match text.strip_prefix('\'') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &body[at + 1..])),
            space if !quoted && space.is_ascii_whitespace() => return Ok((value, &body[at..])),
            other => value.push(other),
        }
    }
    if quoted {
        return Err("a value in single quotes is not closed");
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Conninfo {
        Conninfo::parse(text).unwrap_or_else(|complaint| panic!("{text}: {complaint}"))
    }

    fn password(conninfo: &Conninfo) -> Option<&str> {
        conninfo.password.as_ref().map(Secret::expose)
    }

    #[test]
    fn reads_a_url() {
        let conninfo = read(
            "postgres://me%40home:p%3A%2F%3F%23%25@[::1]:6000/my%20db?sslmode=require&options=-c%20a%3Db",
        );
        assert_eq!(conninfo.get("user"), Some("me@home"));
        assert_eq!(password(&conninfo), Some("p:/?#%"));
        assert_eq!(conninfo.get("host"), Some("::1"));
        assert_eq!(conninfo.get("port"), Some("6000"));
        assert_eq!(conninfo.get("dbname"), Some("my db"));
        assert_eq!(conninfo.get("sslmode"), Some("require"));
        assert_eq!(conninfo.get("options"), Some("-c a=b"));
    }

    #[test]
    fn reads_several_hosts_sockets_and_bare_forms() {
        let several = read("postgresql://a:1,b,[fe80::1]:3/db");
        assert_eq!(several.get("host"), Some("a,b,fe80::1"));
        assert_eq!(several.get("port"), Some("1,,3"));
        let socket = read("postgresql://%2Fvar%2Frun/db");
        assert_eq!(
            (socket.get("host"), socket.get("port")),
            (Some("/var/run"), None)
        );
        let bare = read("postgresql://");
        assert_eq!(
            (bare.get("host"), bare.get("dbname"), bare.get("user")),
            (None, None, None)
        );
        let by_parameter = read("postgresql:///db?host=/tmp&user=u&password=p");
        assert_eq!(by_parameter.get("host"), Some("/tmp"));
        assert_eq!(password(&by_parameter), Some("p"));
        assert_eq!(
            read("postgres://h/d?ssl=true").get("sslmode"),
            Some("require")
        );
    }

    #[test]
    fn takes_a_password_that_was_not_encoded_where_its_end_is_clear() {
        let conninfo = read("postgres://u:p?ss@w:ord#@host:1/d@b?application_name=x@y");
        assert_eq!(conninfo.get("user"), Some("u"));
        assert_eq!(password(&conninfo), Some("p?ss@w:ord#"));
        assert_eq!(conninfo.get("host"), Some("host"));
        assert_eq!(conninfo.get("dbname"), Some("d@b"));
        assert_eq!(conninfo.get("application_name"), Some("x@y"));
    }

    #[test]
    fn reads_keywords() {
        let conninfo = read(r" host = localhost port=1  user='it' ");
        assert_eq!(conninfo.get("host"), Some("localhost"));
        assert_eq!(conninfo.get("user"), Some("it"));
        let escaped = read(r"user='a\'b\\c d' password=x\ y dbname=''");
        assert_eq!(escaped.get("user"), Some(r"a'b\c d"));
        assert_eq!(password(&escaped), Some("x y"));
        assert_eq!(escaped.get("dbname"), None);
    }

    #[test]
    fn refuses_without_repeating_what_it_read() {
        for wrong in [
            "hunter2",
            "mysql://u:hunter2@h/d",
            "mysql://u:hunter2@h/d?x=1",
            "postgres://u:hun/ter2@h/d",
            "postgres://u:hunter2%@h/d",
            "postgres://u:hunter2%zz@h/d",
            "postgres://u:hunter2%00@h/d",
            "postgres://u:hunter2@h:99999/d",
            "postgres://u:hunter2@h:0/d",
            "postgres://u:hunter2@[::1/d",
            "postgres://u:hunter2@h/d?sslmode",
            "password='hunter2",
            "host=x hunter2",
            "user='it''s' password=hunter2",
        ] {
            let complaint = Conninfo::parse(wrong).expect_err(wrong);
            assert!(
                !complaint.contains("hunter") && !complaint.contains("ter2"),
                "{complaint}"
            );
        }
    }

    #[test]
    fn shows_no_secret() {
        let shown = format!(
            "{:?}",
            read("postgres://u:hunter2@h/d?sslpassword=hunter3&passfile=x")
        );
        assert!(
            shown.contains(r#""user": "u""#) && !shown.contains("hunter"),
            "{shown}"
        );
    }

    fn encode(text: &str) -> String {
        let codes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        codes.concat()
    }

    proptest! {
        #[test]
        fn what_is_rendered_reads_the_same(user in "[^\0]+", secret in "[^\0]*", database in "[^\0]+") {
            let url = format!("postgres://{}:{}@h:1/{}", encode(&user), encode(&secret), encode(&database));
            let conninfo = read(&url);
            let again = read(conninfo.render().expose());
            for conninfo in [&conninfo, &again] {
                prop_assert_eq!(conninfo.get("user"), Some(user.as_str()));
                prop_assert_eq!(password(conninfo), Some(secret.as_str()));
                prop_assert_eq!(conninfo.get("dbname"), Some(database.as_str()));
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in "(postgres://)?.*") {
            let _ = Conninfo::parse(&text);
        }
    }
}
