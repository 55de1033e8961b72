//! An account and a card as TrueLayer sends them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::operations::import::field::{self, Field};

/// An account that can be stored.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) account_id: String,
    pub(super) account_type: String,
    pub(super) display_name: String,
    pub(super) currency: String,
    pub(super) account_number: Option<Box<RawValue>>,
    pub(super) provider: Option<Box<RawValue>>,
}

/// A card that can be stored.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Card {
    pub(super) card_id: String,
    pub(super) card_name: String,
    pub(super) card_type: Option<String>,
    pub(super) last_four: Option<String>,
    pub(super) issuer: Option<String>,
}

/// The bank that keeps an account.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provider {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    account_id: Field<'a>,
    #[serde(borrow)]
    account_type: Field<'a>,
    #[serde(borrow)]
    display_name: Field<'a>,
    #[serde(borrow)]
    name: Field<'a>,
    #[serde(borrow)]
    currency: Field<'a>,
    #[serde(borrow)]
    account_number: Field<'a>,
    #[serde(borrow)]
    provider: Field<'a>,
    #[serde(borrow)]
    card_type: Field<'a>,
    #[serde(borrow)]
    card_network: Field<'a>,
    #[serde(borrow)]
    partial_card_number: Field<'a>,
}

impl Account {
    /// Reads a record; the error is the reason why it cannot be stored.
    pub(super) fn read(raw: &RawValue) -> Result<Self, String> {
        let record: Record<'_> = field::record(raw)?;
        Ok(Self {
            account_id: field::required("account_id", record.account_id)?,
            account_type: field::word("account_type", record.account_type)?
                .unwrap_or_else(|| "TRANSACTION".to_owned()),
            display_name: field::word("display_name", record.display_name)?
                .unwrap_or_else(|| "Unknown Account".to_owned()),
            currency: field::currency("currency", record.currency)?,
            account_number: field::object("account_number", record.account_number)?,
            provider: field::object("provider", record.provider)?,
        })
    }

    /// The bank, where the record names one.
    pub(super) fn provider(&self) -> Option<Provider> {
        #[derive(Deserialize)]
        struct Names<'a> {
            #[serde(borrow)]
            provider_id: Field<'a>,
            #[serde(borrow)]
            display_name: Field<'a>,
        }
        let names: Names<'_> = field::record(self.provider.as_deref()?).ok()?;
        let id = field::word("provider_id", names.provider_id).ok()??;
        let name = field::word("display_name", names.display_name).ok()?;
        Some(Provider {
            name: name.unwrap_or_else(|| id.clone()),
            id,
        })
    }
}

impl Card {
    /// Reads a record; the error is the reason why it cannot be stored.
    pub(super) fn read(raw: &RawValue) -> Result<Self, String> {
        let record: Record<'_> = field::record(raw)?;
        let name = field::word("display_name", record.display_name)?;
        let name = match name {
            Some(name) => Some(name),
            None => field::word("name", record.name)?,
        };
        let number = field::word("partial_card_number", record.partial_card_number)?;
        Ok(Self {
            card_id: field::required("account_id", record.account_id)?,
            card_name: name.unwrap_or_else(|| "Unknown Card".to_owned()),
            card_type: field::word("card_type", record.card_type)?,
            last_four: number.map(|number| last_four(&number)),
            issuer: field::word("card_network", record.card_network)?,
        })
    }
}

fn last_four(number: &str) -> String {
    let beginning = number.chars().count().saturating_sub(4);
    number.chars().skip(beginning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).expect("JSON")
    }

    #[test]
    fn an_account_with_its_defaults() {
        let account = Account::read(&raw(r#"{"account_id": "a1"}"#)).expect("a good record");
        assert_eq!(account.account_type, "TRANSACTION");
        assert_eq!(account.display_name, "Unknown Account");
        assert_eq!(account.currency, "GBP");
        assert_eq!(account.provider(), None);
        assert_eq!(
            Account::read(&raw(r#"{"display_name": "x"}"#))
                .err()
                .as_deref(),
            Some("account_id: missing")
        );
    }

    #[test]
    fn the_provider_needs_an_id() {
        let provider = |json: &str| {
            Account::read(&raw(&format!(
                r#"{{"account_id": "a", "provider": {json}}}"#
            )))
            .expect("a good record")
            .provider()
        };
        assert_eq!(
            provider(r#"{"provider_id": "p", "display_name": "Bank"}"#),
            Some(Provider {
                id: "p".to_owned(),
                name: "Bank".to_owned()
            })
        );
        assert_eq!(
            provider(r#"{"provider_id": "p"}"#),
            Some(Provider {
                id: "p".to_owned(),
                name: "p".to_owned()
            })
        );
        assert_eq!(provider(r#"{"display_name": "Bank"}"#), None);
    }

    #[test]
    fn a_card_is_read_under_its_real_names() {
        let card = Card::read(&raw(
            r#"{"account_id": "c1", "name": "Plastic", "card_network": "VISA", "card_type": "CREDIT",
                "partial_card_number": "12340044"}"#,
        ))
        .expect("a good record");
        assert_eq!(
            card,
            Card {
                card_id: "c1".to_owned(),
                card_name: "Plastic".to_owned(),
                card_type: Some("CREDIT".to_owned()),
                last_four: Some("0044".to_owned()),
                issuer: Some("VISA".to_owned()),
            }
        );
    }
}
