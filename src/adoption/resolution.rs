//! [`Resolution`]: what becomes of rows that the schema refuses.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Error, Result};

/// A kind of conflict between the rows that are there and the schema to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// NULL in a column that refuses it.
    Nulls,
    /// A reference to a row that is not there.
    Orphans,
    /// Several rows with the same key.
    Duplicates,
    /// A value outside of what a CHECK permits.
    Checks,
    /// A value that the column's new type cannot hold.
    Text,
    /// Something that only a person can settle: no choice is offered.
    Other,
}

/// What to do about the rows of one kind of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// `nulls=default`: NULL becomes the column's default; a column without one still blocks.
    NullsDefault,
    /// `nulls=move`: the row is moved to the side table.
    NullsMove,
    /// `orphans=move`: the row is moved to the side table.
    OrphansMove,
    /// `orphans=null`: the reference becomes NULL; the row as it was is kept in the side table. A column that refuses NULL
    /// still blocks.
    OrphansNull,
    /// `duplicates=keep-oldest`: the row with the lowest key stays, the others are moved to the side table.
    DuplicatesKeepOldest,
    /// `duplicates=keep-newest`: the row with the highest key stays, the others are moved to the side table.
    DuplicatesKeepNewest,
    /// `checks=move`: the row is moved to the side table.
    ChecksMove,
    /// `text=string`: a text that is no JSON becomes a JSON string. Of other types it still blocks.
    TextString,
    /// `text=null`: the value becomes NULL; the row as it was is kept in the side table.
    TextNull,
    /// `text=move`: the row is moved to the side table.
    TextMove,
}

/// A choice, for all tables or for one: `orphans=move`, `orphans:amazon_returns=null`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resolution {
    /// What to do.
    pub choice: Choice,
    /// The only table that it is for, under its new name; `None`: all for which there is no choice of their own.
    pub table: Option<String>,
}

const CHOICES: [(&str, &str, Choice); 10] = [
    ("nulls", "default", Choice::NullsDefault),
    ("nulls", "move", Choice::NullsMove),
    ("orphans", "move", Choice::OrphansMove),
    ("orphans", "null", Choice::OrphansNull),
    ("duplicates", "keep-oldest", Choice::DuplicatesKeepOldest),
    ("duplicates", "keep-newest", Choice::DuplicatesKeepNewest),
    ("checks", "move", Choice::ChecksMove),
    ("text", "string", Choice::TextString),
    ("text", "null", Choice::TextNull),
    ("text", "move", Choice::TextMove),
];

impl Choice {
    /// The kind of conflict that it is for.
    pub fn rule(self) -> Rule {
        match self {
            Self::NullsDefault | Self::NullsMove => Rule::Nulls,
            Self::OrphansMove | Self::OrphansNull => Rule::Orphans,
            Self::DuplicatesKeepOldest | Self::DuplicatesKeepNewest => Rule::Duplicates,
            Self::ChecksMove => Rule::Checks,
            Self::TextString | Self::TextNull | Self::TextMove => Rule::Text,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        CHOICES
            .iter()
            .find(|(_, _, choice)| *choice == self)
            .map_or(("", ""), |(rule, word, _)| (*rule, *word))
    }
}

impl From<Choice> for Resolution {
    fn from(choice: Choice) -> Self {
        Self {
            choice,
            table: None,
        }
    }
}

impl Resolution {
    /// A choice for one table, by its new name.
    pub fn of(table: impl Into<String>, choice: Choice) -> Self {
        Self {
            choice,
            table: Some(table.into()),
        }
    }
}

/// The choice for a table: its own before the one for all.
pub(super) fn chosen(resolutions: &[Resolution], rule: Rule, table: &str) -> Option<Choice> {
    let of = |wanted: Option<&str>| {
        resolutions
            .iter()
            .rev()
            .find(|resolution| {
                resolution.choice.rule() == rule && resolution.table.as_deref() == wanted
            })
            .map(|resolution| resolution.choice)
    };
    of(Some(table)).or_else(|| of(None))
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, word) = self.choice.words();
        match &self.table {
            Some(table) => write!(f, "{rule}:{table}={word}"),
            None => write!(f, "{rule}={word}"),
        }
    }
}

impl Serialize for Resolution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Resolution {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = || {
            let all: Vec<String> = CHOICES
                .iter()
                .map(|(rule, word, _)| format!("{rule}={word}"))
                .collect();
            Error::invalid(
                "resolve",
                format!(
                    "{text:?} is none of {}; for one table: {}",
                    all.join(", "),
                    "orphans:amazon_returns=null"
                ),
            )
        };
        let (what, word) = text.split_once('=').ok_or_else(refuse)?;
        let (rule, table) = match what.split_once(':') {
            Some((_, "")) => return Err(refuse()),
            Some((rule, table)) => (rule, Some(table.to_owned())),
            None => (what, None),
        };
        let (_, _, choice) = CHOICES
            .into_iter()
            .find(|(known, choice, _)| *known == rule && *choice == word)
            .ok_or_else(refuse)?;
        Ok(Self { choice, table })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_are_read_as_they_are_printed() {
        for (rule, word, choice) in CHOICES {
            for text in [format!("{rule}={word}"), format!("{rule}:users={word}")] {
                let read: Resolution = text.parse().unwrap();
                assert_eq!(read.choice, choice);
                assert_eq!(read.to_string(), text);
            }
        }
    }

    #[test]
    fn what_is_no_resolution_is_refused_with_those_there_are() {
        for text in [
            "",
            "orphans",
            "orphans=keep-oldest",
            "nulls:=default",
            "all=move",
        ] {
            let error = text.parse::<Resolution>().unwrap_err().to_string();
            assert!(error.contains("duplicates=keep-newest"), "{error}");
        }
    }

    #[test]
    fn a_choice_for_the_table_comes_before_the_one_for_all() {
        let resolutions = [
            Resolution::of("amazon_returns", Choice::OrphansNull),
            Choice::OrphansMove.into(),
        ];
        let chosen = |table| chosen(&resolutions, Rule::Orphans, table);
        assert_eq!(chosen("amazon_returns"), Some(Choice::OrphansNull));
        assert_eq!(chosen("users"), Some(Choice::OrphansMove));
        assert_eq!(super::chosen(&resolutions, Rule::Nulls, "users"), None);
    }
}
