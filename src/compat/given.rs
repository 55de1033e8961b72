//! Arguments that tell more than a value: one that was left out, one that was left blank.

use super::arguments::Argument;
use super::failure::Failure;

/// An argument that may be left out, told from one that is null: `name: Given<Option<String>> = absent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given<T>(pub(super) Option<T>);

impl<T: Argument> Argument for Given<T> {
    const TAKES: &'static str = T::TAKES;
    const NULLABLE: bool = T::NULLABLE;
    const SQLSTATE: &'static str = T::SQLSTATE;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        if text == "absent" {
            Ok(Self(None))
        } else {
            T::read(name, text).map(|value| Self(Some(value)))
        }
    }
}

/// An argument for which null and the empty text mean none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrBlank<T>(pub(super) Option<T>);

impl<T: Argument> Argument for OrBlank<T> {
    const TAKES: &'static str = T::TAKES;
    const NULLABLE: bool = true;
    const SQLSTATE: &'static str = T::SQLSTATE;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        match text {
            "null" | "\"\"" => Ok(Self(None)),
            text => T::read(name, text).map(|value| Self(Some(value))),
        }
    }
}

/// An argument that never had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ignored;

impl Argument for Ignored {
    const TAKES: &'static str = "anything; it has no effect";
    const NULLABLE: bool = true;

    fn read(_name: &str, _text: &str) -> Result<Self, Failure> {
        Ok(Self)
    }
}
