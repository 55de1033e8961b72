//! Tokens as the program's keys open them.

use diesel::PgConnection;

use super::super::words;
use super::without_keys::{Counts, in_plain_text};
use crate::doctor::{Area, Finding, Options};
use crate::operations::secrets::{TokenCounts, TokenReport, token_status};
use crate::{Error, Result};

pub(super) fn tokens(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    match &options.keyring {
        Ok(keyring) => Ok(judge(&token_status(conn, keyring)?)),
        Err(fault) => {
            let counts = Counts::read(conn)?;
            let mut findings = vec![no_key(fault, &counts)];
            findings.extend(in_plain_text(counts.plain));
            Ok(findings)
        }
    }
}

fn no_key(fault: &Error, counts: &Counts) -> Finding {
    let finding = match counts.encrypted {
        0 => Area::Secrets
            .note(fault.to_string())
            .causes("connections to banks, mailboxes and shops cannot be made"),
        number => Area::Secrets
            .error(format!(
                "{} stored, and no key: {fault}",
                words::count(number, "encrypted token")
            ))
            .causes("no bank, mailbox or shop can be asked for anything"),
    };
    match (fault, counts.encrypted) {
        (Error::MissingEncryptionKey, 0) => finding
            .command("spending-db secrets generate-key")
            .advice("keep it as ENCRYPTION_KEY, where no backup of the database is"),
        _ => finding.advice("set ENCRYPTION_KEY to the keys that they were encrypted with"),
    }
}

fn judge(report: &TokenReport) -> Vec<Finding> {
    let sum = |of: fn(&TokenCounts) -> usize| report.tables.iter().map(of).sum::<usize>();
    let (newest, older) = (sum(|counts| counts.newest), sum(|counts| counts.older));
    let (plain, unreadable) = (sum(|counts| counts.plain), sum(|counts| counts.unreadable));
    let area = Area::Secrets;
    let mut findings = Vec::new();
    if unreadable > 0 {
        let places = report.unreadable.iter().take(5);
        findings.push(
            area.error(format!(
                "{} that no key of ENCRYPTION_KEY opens",
                words::count(unreadable, "token")
            ))
            .details(places.map(ToString::to_string))
            .causes("those connections fail")
            .advice(
                "add the key that they were encrypted with behind the others, separated by a comma",
            )
            .advice("or have their users authorise those connections again"),
        );
    }
    findings.extend(in_plain_text(plain));
    if older > 0 {
        findings.push(
            area.note(format!(
                "{} under an older key",
                words::count(older, "token")
            ))
            .causes("the older keys have to be kept")
            .command("spending-db secrets rotate"),
        );
    }
    if findings.is_empty() {
        findings.push(area.ok(format!(
            "{} encrypted under the newest key",
            words::count(newest, "token")
        )));
    }
    findings
}
