//! [`Request`]: one call as JSON-RPC writes it.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::compat::answer::Style;
use crate::compat::failure::{Failure, INVALID_REQUEST};

/// A valid request.
pub(super) struct Request<'a> {
    pub(super) method: String,
    pub(super) params: Option<&'a RawValue>,
    /// None: a notification.
    pub(super) id: Option<&'a RawValue>,
    pub(super) style: Style,
}

/// Something that is no request, and its id as far as there is one.
pub(super) struct Invalid<'a> {
    pub(super) id: Option<&'a RawValue>,
    pub(super) failure: Failure,
}

/// The members of a request, each as it is written.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<&'a RawValue>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    typed: Option<&'a RawValue>,
}

/// Tells a member that is null from one that is missing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Request<'a> {
    pub(super) fn read(text: &'a RawValue) -> Result<Self, Invalid<'a>> {
        // serde takes a list for a struct too, by position.
        let is_object = text.get().starts_with('{');
        let members: Option<Members<'a>> = is_object
            .then(|| serde_json::from_str(text.get()).ok())
            .flatten();
        let members = members.ok_or_else(|| Invalid {
            id: None,
            failure: invalid("a request is an object that has each of its members once"),
        })?;
        let id = members.id.filter(|id| may_be_id(id));
        if id.is_none() && members.id.is_some() {
            return Err(Invalid {
                id: None,
                failure: invalid("id takes a text, a number or null"),
            });
        }
        let method_and_style = members.method_and_style();
        let (method, style) = method_and_style.map_err(|failure| Invalid { id, failure })?;
        Ok(Self {
            method,
            params: members.params,
            id,
            style,
        })
    }
}

impl Members<'_> {
    fn method_and_style(&self) -> Result<(String, Style), Failure> {
        if read::<String>(self.jsonrpc).as_deref() != Some("2.0") {
            return Err(invalid("jsonrpc takes \"2.0\""));
        }
        let method = read(self.method).ok_or_else(|| invalid("method takes a text"))?;
        let style = match self.typed {
            None => Style::Plain,
            Some(typed) => match typed.get() {
                "true" => Style::Typed,
                "false" => Style::Plain,
                _ => return Err(invalid("typed takes true or false")),
            },
        };
        Ok((method, style))
    }
}

fn read<'a, T: Deserialize<'a>>(text: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(text?.get()).ok()
}

fn may_be_id(id: &RawValue) -> bool {
    matches!(id.get().as_bytes(), [b'"' | b'-' | b'0'..=b'9' | b'n', ..])
}

/// The failure of something that is no request.
pub(super) fn invalid(reason: &str) -> Failure {
    Failure::new(INVALID_REQUEST, "invalid_request", reason)
}
