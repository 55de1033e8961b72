//! Storing whose data it is: the user, the connection to the bank, its accounts and its cards.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};
use serde::Serialize;
use serde_json::value::RawValue;

use super::account::{Account, Card, Provider};
use crate::models::core::{NewUser, User};
use crate::models::truelayer::NewBankConnection;
use crate::operations::import::export::Export;
use crate::operations::import::{ImportReport, Refusals, Refused};
use crate::schema::{bank_connections, truelayer_accounts, truelayer_cards, users};
use crate::types::{BankConnectionId, TrueLayerAccountId, TrueLayerCardId, UserId};
use crate::{Error, Result};

/// What `accounts.json` says: the accounts in the order of the file.
pub(super) struct Accounts {
    pub(super) report: ImportReport,
    pub(super) connection: BankConnectionId,
    pub(super) accounts: Vec<StoredAccount>,
}

/// An account that has its row.
#[derive(Debug, Clone)]
pub(super) struct StoredAccount {
    pub(super) id: TrueLayerAccountId,
    pub(super) account_id: String,
    pub(super) account_type: String,
}

/// A card that has its row.
#[derive(Debug, Clone)]
pub(super) struct StoredCard {
    pub(super) id: TrueLayerCardId,
    pub(super) card_id: String,
}

/// The user with this address, made where there is none.
pub(super) fn find_or_make_user(conn: &mut PgConnection, email: &str) -> Result<UserId> {
    let email = email.trim();
    if !email.contains('@') || email.contains(char::is_whitespace) {
        return Err(Error::invalid("user", "an e-mail address is expected"));
    }
    diesel::insert_into(users::table)
        .values(NewUser::new(email))
        .on_conflict(users::email)
        .do_nothing()
        .execute(conn)?;
    let user = User::find_by_email(conn, email)?.ok_or(Error::NotFound)?;
    Ok(user.id)
}

/// Stores the accounts of a file on the user's connection to their bank; a known account is renewed.
pub(super) fn import_accounts(
    conn: &mut PgConnection,
    file: &Export<'_>,
    owner: UserId,
) -> Result<Accounts> {
    let (sent, duplicate, refused) =
        read_all(file, Account::read, |account| account.account_id.clone())?;
    conn.transaction(|conn| {
        let provider = sent.iter().rev().find_map(Account::provider);
        let connection = find_or_make_connection(conn, owner, provider)?;
        let sql = include_str!("upsert_accounts.sql");
        let stored = upsert(conn, sql, connection, &sent)?;
        let rows: Vec<(TrueLayerAccountId, String)> = truelayer_accounts::table
            .filter(truelayer_accounts::connection_id.eq(connection))
            .select((truelayer_accounts::id, truelayer_accounts::account_id))
            .load(conn)?;
        let known = duplicate + sent.len() as u64 - stored;
        let accounts = sent.into_iter().filter_map(|account| {
            let (id, _) = rows.iter().find(|(_, text)| *text == account.account_id)?;
            Some(StoredAccount {
                id: *id,
                account_id: account.account_id,
                account_type: account.account_type,
            })
        });
        Ok(Accounts {
            report: file.report(stored, known, refused),
            connection,
            accounts: accounts.collect(),
        })
    })
}

/// Stores the cards of a file on a connection; a known card is renewed. Answers them in the order of the file.
pub(super) fn import_cards(
    conn: &mut PgConnection,
    file: &Export<'_>,
    connection: BankConnectionId,
) -> Result<(ImportReport, Vec<StoredCard>)> {
    let (sent, duplicate, refused) = read_all(file, Card::read, |card| card.card_id.clone())?;
    conn.transaction(|conn| {
        let stored = upsert(conn, include_str!("upsert_cards.sql"), connection, &sent)?;
        let rows: Vec<(TrueLayerCardId, String)> = truelayer_cards::table
            .filter(truelayer_cards::connection_id.eq(connection))
            .select((truelayer_cards::id, truelayer_cards::card_id))
            .load(conn)?;
        let known = duplicate + sent.len() as u64 - stored;
        let cards = sent.into_iter().filter_map(|card| {
            let (id, _) = rows.iter().find(|(_, text)| *text == card.card_id)?;
            Some(StoredCard {
                id: *id,
                card_id: card.card_id,
            })
        });
        Ok((file.report(stored, known, refused), cards.collect()))
    })
}

/// The good records of a short list, each key once; the number of repetitions; the bad records.
fn read_all<T>(
    file: &Export<'_>,
    read: impl Fn(&RawValue) -> Result<T, String>,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, u64, Refusals)> {
    let (mut sent, mut duplicate, mut refused) = (Vec::new(), 0, Refusals::default());
    let mut seen = HashSet::new();
    file.records(|position, raw| {
        match read(raw) {
            Ok(record) if seen.insert(key(&record)) => sent.push(record),
            Ok(_) => duplicate += 1,
            Err(reason) => refused.push(Refused { position, reason }),
        }
        Ok(())
    })?;
    Ok((sent, duplicate, refused))
}

/// Writes accounts or cards and answers how many are new.
fn upsert(
    conn: &mut PgConnection,
    sql: &str,
    connection: BankConnectionId,
    sent: &[impl Serialize],
) -> Result<u64> {
    #[derive(QueryableByName)]
    struct Written {
        #[diesel(sql_type = Bool)]
        is_new: bool,
    }
    let json = serde_json::to_string(sent)
        .map_err(|error| Error::invalid("accounts", error.to_string()))?;
    let written: Vec<Written> = diesel::sql_query(sql)
        .bind::<Integer, _>(connection)
        .bind::<Text, _>(json)
        .load(conn)?;
    Ok(written.iter().filter(|row| row.is_new).count() as u64)
}

/// The user's connection to a bank; without a bank's name the placeholder that the first sync replaces.
fn find_or_make_connection(
    conn: &mut PgConnection,
    owner: UserId,
    provider: Option<Provider>,
) -> Result<BankConnectionId> {
    let provider = provider.unwrap_or_else(|| Provider {
        id: "truelayer".to_owned(),
        name: "TrueLayer".to_owned(),
    });
    diesel::insert_into(bank_connections::table)
        .values(NewBankConnection::new(owner, &provider.id, &provider.name))
        .on_conflict((bank_connections::user_id, bank_connections::provider_id))
        .do_nothing()
        .execute(conn)?;
    Ok(bank_connections::table
        .filter(bank_connections::user_id.eq(owner))
        .filter(bank_connections::provider_id.eq(&provider.id))
        .select(bank_connections::id)
        .first(conn)?)
}
