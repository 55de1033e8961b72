//! [`Printed`]: a value of any kind as a text.

use super::arguments::Argument;
use super::failure::Failure;

/// A text; any other value as old callers in Python printed it, lists and objects as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Printed(pub(super) String);

impl Argument for Printed {
    const TAKES: &'static str = "a text; any other value is printed to one";
    const NULLABLE: bool = true;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let printed = match text {
            "null" => "None",
            "true" => "True",
            "false" => "False",
            text if text.starts_with('"') => return String::read(name, text).map(Self),
            other => other,
        };
        Ok(Self(printed.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_any_kind_are_printed() {
        for (text, printed) in [
            (r#""50\u0025""#, "50%"),
            (r#""""#, ""),
            ("429", "429"),
            ("1.50", "1.50"),
            ("null", "None"),
            ("true", "True"),
            ("false", "False"),
            (r#"{"code": 429}"#, r#"{"code": 429}"#),
        ] {
            assert_eq!(Printed::read("message", text).unwrap().0, printed);
        }
        assert!(Printed::read("message", r#""nul \u0000""#).is_err());
    }
}
