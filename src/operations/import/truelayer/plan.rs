//! Which file of a folder holds what, and for which account or card.

use std::path::{Path, PathBuf};

use super::accounts::{StoredAccount, StoredCard};
use crate::operations::import::file_name;
use crate::types::{TrueLayerAccountId, TrueLayerCardId};
use crate::{Error, Result};

/// A file that is imported once accounts and cards are known.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) path: PathBuf,
    pub(super) content: Content,
}

/// What a file holds, and whose it is; nobody's where no account or card is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    Transactions(Option<TrueLayerAccountId>),
    CardTransactions(Option<TrueLayerCardId>),
    Balance(Option<TrueLayerAccountId>),
    CardBalance(Option<TrueLayerCardId>),
}

/// The JSON files of a folder by name.
pub(super) fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let io = |error| Error::io(folder, error);
    let mut files = Vec::new();
    for entry in folder.read_dir().map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && path.is_file()
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The tasks among the files of a folder.
pub(super) fn tasks(
    files: &[PathBuf],
    accounts: &[StoredAccount],
    cards: &[StoredCard],
) -> Vec<Task> {
    let task = |path: &PathBuf| {
        let name = file_name(path);
        let content = if name.starts_with("card_transactions") {
            Content::CardTransactions(card_of(&name, cards))
        } else if name.starts_with("card_balance") {
            Content::CardBalance(card_of(&name, cards))
        } else if name.starts_with("transactions") {
            Content::Transactions(account_of(&name, accounts))
        } else if name.starts_with("balance") {
            Content::Balance(account_of(&name, accounts))
        } else {
            return None;
        };
        Some(Task {
            path: path.clone(),
            content,
        })
    };
    files.iter().filter_map(task).collect()
}

/// The account whose id the name holds, else the first current account, else the first.
fn account_of(name: &str, accounts: &[StoredAccount]) -> Option<TrueLayerAccountId> {
    let named = accounts
        .iter()
        .filter(|account| name.contains(&account.account_id))
        .max_by_key(|account| account.account_id.len());
    let current = || {
        accounts
            .iter()
            .find(|account| account.account_type == "TRANSACTION")
    };
    let account = named.or_else(current).or_else(|| accounts.first())?;
    Some(account.id)
}

/// The card whose id the name holds, else the first.
fn card_of(name: &str, cards: &[StoredCard]) -> Option<TrueLayerCardId> {
    let named = cards
        .iter()
        .filter(|card| name.contains(&card.card_id))
        .max_by_key(|card| card.card_id.len());
    named.or_else(|| cards.first()).map(|card| card.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: i32, account_id: &str, account_type: &str) -> StoredAccount {
        StoredAccount {
            id: TrueLayerAccountId(id),
            account_id: account_id.to_owned(),
            account_type: account_type.to_owned(),
        }
    }

    #[test]
    fn a_file_belongs_to_the_account_it_names_else_to_the_current_account() {
        let accounts = [
            account(1, "sav", "SAVINGS"),
            account(2, "cur", "TRANSACTION"),
            account(3, "cur2", "TRANSACTION"),
        ];
        for (name, id) in [
            ("transactions.json", 2),
            ("transactions_sav.json", 1),
            ("transactions-cur2-2025.json", 3),
            ("balance-cur.json", 2),
        ] {
            assert_eq!(
                account_of(name, &accounts),
                Some(TrueLayerAccountId(id)),
                "{name}"
            );
        }
        assert_eq!(
            account_of("transactions.json", &accounts[..1]),
            Some(TrueLayerAccountId(1))
        );
        assert_eq!(account_of("transactions.json", &[]), None);
    }

    #[test]
    fn names_say_what_a_file_holds() {
        let files = [
            "accounts.json",
            "balance.json",
            "card_balance.json",
            "card_transactions_1.json",
            "cards.json",
            "notes.json",
            "transactions.json",
        ]
        .map(PathBuf::from);
        let contents: Vec<Content> = tasks(&files, &[], &[])
            .into_iter()
            .map(|task| task.content)
            .collect();
        assert_eq!(
            contents,
            [
                Content::Balance(None),
                Content::CardBalance(None),
                Content::CardTransactions(None),
                Content::Transactions(None),
            ]
        );
    }
}
