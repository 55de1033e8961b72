//! The members of a JSON object, each as it is written.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Why a text is not the object it should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoObject {
    /// It is another kind of JSON value.
    OtherKind,
    /// It has a member of this name twice.
    Twice(String),
}

/// Reads an object that has each of its members once.
pub(super) fn read(text: &str) -> Result<BTreeMap<String, Box<RawValue>>, NoObject> {
    let Pairs(pairs) = serde_json::from_str(text).map_err(|_| NoObject::OtherKind)?;
    let mut members = BTreeMap::new();
    for (name, value) in pairs {
        match members.entry(name) {
            Entry::Vacant(place) => place.insert(value),
            Entry::Occupied(place) => return Err(NoObject::Twice(place.key().clone())),
        };
    }
    Ok(members)
}

/// Names and values in the order in which they are written.
struct Pairs(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReadPairs;

        impl<'de> Visitor<'de> for ReadPairs {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(ReadPairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_they_are_written_and_once() {
        let members = read(r#" {"a": 1.50, "b": [ ], "": null} "#).unwrap();
        let members: Vec<_> = members.iter().map(|(k, v)| (&**k, v.get())).collect();
        assert_eq!(members, [("", "null"), ("a", "1.50"), ("b", "[ ]")]);
        let twice = read(r#"{"a": 1, "b": 2, "\u0061": 1}"#);
        assert_eq!(twice.unwrap_err(), NoObject::Twice("a".to_owned()));
        for text in ["[]", "null", "\"a\"", "5", "{"] {
            assert_eq!(read(text).unwrap_err(), NoObject::OtherKind, "{text}");
        }
    }
}
