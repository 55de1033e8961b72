//! Reading a JSON export record by record, in the memory of one record.

use std::fmt;
use std::io::Read;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::Error;

/// The names under which an export keeps its list, the first that is present counts.
const LISTS: [&str; 5] = ["results", "data", "transactions", "items", "orders"];

/// Why reading ended early.
#[derive(Debug)]
pub(super) enum ReadError {
    /// The file is not JSON, not complete, or holds no list of records.
    Json(serde_json::Error),
    /// The receiver of the records gave up.
    Stopped(Error),
}

/// Hands every record of an export to `each`, with its position (first = 1).
///
/// An export is a list, or an object with the list under one of [`LISTS`].
pub(super) fn for_each_record(
    reader: impl Read,
    mut each: impl FnMut(u64, &RawValue) -> Result<(), Error>,
) -> Result<(), ReadError> {
    let mut stopped = None;
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let outcome = Export(List {
        each: &mut each,
        stopped: &mut stopped,
    })
    .deserialize(&mut deserializer)
    .and_then(|()| deserializer.end());
    match (stopped, outcome) {
        (Some(error), _) => Err(ReadError::Stopped(error)),
        (None, outcome) => outcome.map_err(ReadError::Json),
    }
}

struct List<'a, F> {
    each: &'a mut F,
    stopped: &'a mut Option<Error>,
}

impl<F: FnMut(u64, &RawValue) -> Result<(), Error>> List<'_, F> {
    fn read<'de, A: SeqAccess<'de>>(&mut self, mut records: A) -> Result<(), A::Error> {
        let mut position = 0;
        while let Some(record) = records.next_element::<Box<RawValue>>()? {
            position += 1;
            if let Err(error) = (self.each)(position, &record) {
                *self.stopped = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

impl<'de, F: FnMut(u64, &RawValue) -> Result<(), Error>> DeserializeSeed<'de> for &mut List<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(u64, &RawValue) -> Result<(), Error>> Visitor<'de> for &mut List<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<(), A::Error> {
        self.read(records)
    }
}

struct Export<'a, F>(List<'a, F>);

impl<'de, F: FnMut(u64, &RawValue) -> Result<(), Error>> DeserializeSeed<'de> for Export<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(u64, &RawValue) -> Result<(), Error>> Visitor<'de> for Export<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a list of records, or an object that holds it under {}",
            LISTS.join(", ")
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, records: A) -> Result<(), A::Error> {
        self.0.read(records)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let mut found: Option<usize> = None;
        while let Some(key) = entries.next_key::<String>()? {
            let rank = LISTS.iter().position(|name| *name == key);
            match (rank, found) {
                (Some(rank), None) => {
                    entries.next_value_seed(&mut self.0)?;
                    found = Some(rank);
                }
                (Some(rank), Some(earlier)) if rank <= earlier => {
                    let earlier = LISTS[earlier];
                    return Err(A::Error::custom(format!(
                        "a second list {key:?} after {earlier:?}"
                    )));
                }
                _ => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        found.map(|_| ()).ok_or_else(|| {
            A::Error::custom(format!("no list of records under {}", LISTS.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(json: &str) -> Result<Vec<(u64, String)>, String> {
        let mut records = Vec::new();
        for_each_record(json.as_bytes(), |position, record| {
            records.push((position, record.get().to_owned()));
            Ok(())
        })
        .map_err(|error| match error {
            ReadError::Json(error) => error.to_string(),
            ReadError::Stopped(error) => error.to_string(),
        })?;
        Ok(records)
    }

    #[test]
    fn the_list_is_found_bare_or_in_its_envelope() {
        let two = vec![(1, "{}".to_owned()), (2, "7".to_owned())];
        for json in [
            "[{}, 7]",
            r#"{"status": "Succeeded", "results": [{}, 7], "paging": {"next": null}}"#,
            r#"{"data": [{}, 7]}"#,
            r#"{"orders": [{}, 7], "nextPageToken": "x"}"#,
            r#"{"transactions": [{}, 7], "items": [8]}"#,
        ] {
            assert_eq!(records(json), Ok(two.clone()), "{json}");
        }
        assert_eq!(records("[]"), Ok(vec![]));
    }

    #[test]
    fn digits_come_through_as_written() {
        let json = r#"[{"amount": 12345678901234567890.10}]"#;
        assert_eq!(
            records(json).unwrap()[0].1,
            r#"{"amount": 12345678901234567890.10}"#
        );
    }

    #[test]
    fn what_is_not_a_whole_export_is_refused_as_a_whole() {
        for (json, reason) in [
            ("", "EOF"),
            ("[{}", "EOF"),
            (r#"{"results": [{}]"#, "EOF"),
            ("[{}] x", "trailing characters"),
            ("[{},]", "trailing comma"),
            (r#"{"error": "invalid_token"}"#, "no list of records"),
            (r#"{"results": null}"#, "expected a list of records"),
            ("7", "expected a list of records"),
            (r#"{"items": [1], "results": [2]}"#, "second list"),
            ("<html>", "expected value"),
        ] {
            let error = records(json).unwrap_err();
            assert!(error.contains(reason), "{json}: {error}");
        }
    }

    #[test]
    fn the_receiver_can_stop() {
        let outcome = for_each_record("[1, 2, 3]".as_bytes(), |position, _| {
            if position == 2 {
                Err(Error::NotFound)
            } else {
                Ok(())
            }
        });
        assert!(matches!(outcome, Err(ReadError::Stopped(Error::NotFound))));
    }
}
