//! Each rule with a statement that breaks it and one that does not, waivers, and what the reader does not know.

mod cases;

use std::collections::BTreeSet;

use proptest::prelude::*;

use self::cases::CASES;
use super::*;

/// What each of these follows: a table that is there.
const BEFORE: &str = "CREATE TABLE t (id integer PRIMARY KEY, word varchar(20), price numeric(8,2), \"Odd\" timestamp, note text);\n\
                      CREATE TABLE other (id integer PRIMARY KEY);";

fn source(name: &str, up: &str) -> Source {
    Source {
        name: name.to_owned(),
        up: up.to_owned(),
        in_transaction: true,
    }
}

/// The rules that a migration after [`BEFORE`] breaks.
fn broken(up: &str) -> Vec<&'static str> {
    let findings = lint(&[source("1_before", BEFORE), source("2_new", up)]);
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_rule_is_broken_by_what_breaks_it_and_by_nothing_else() {
    for (rule, breaking, keeping) in CASES {
        for up in *breaking {
            assert!(broken(up).contains(rule), "{rule}: {up}: {:?}", broken(up));
        }
        for up in *keeping {
            assert!(!broken(up).contains(rule), "{rule}: {up}");
            assert!(!broken(up).contains(&"unknown-statement"), "{up}");
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    let tried: BTreeSet<&str> = CASES.iter().map(|(rule, ..)| *rule).collect();
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(tried, all);
}

#[test]
fn what_is_done_concurrently_is_alone_and_outside_of_a_transaction() {
    for up in [
        "-- Read by day.\nCREATE INDEX CONCURRENTLY t_word_idx ON t (word);\n",
        "DROP INDEX CONCURRENTLY t_word_idx",
        "REINDEX INDEX CONCURRENTLY t_word_idx",
        "VACUUM ANALYZE t",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    ] {
        let outside = Source {
            in_transaction: false,
            ..source("2_new", up)
        };
        assert_eq!(lint(&[source("1_before", BEFORE), outside]), [], "{up}");
    }
}

#[test]
fn a_check_that_an_earlier_migration_added_and_this_one_validates_lets_not_null_through() {
    let add = source(
        "2_add",
        "ALTER TABLE t ADD CONSTRAINT t_word_check CHECK (word IS NOT NULL) NOT VALID",
    );
    let use_it =
        "ALTER TABLE t ALTER word SET NOT NULL; ALTER TABLE t DROP CONSTRAINT t_word_check";
    let validated = source(
        "3_use",
        &format!("ALTER TABLE t VALIDATE CONSTRAINT t_word_check; {use_it}"),
    );
    let not_validated = source("3_use", use_it);
    let before = source("1_before", BEFORE);
    assert_eq!(lint(&[before.clone(), add.clone(), validated]), []);
    let findings = lint(&[before, add, not_validated]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, "set-not-null");
}

#[test]
fn types_are_known_from_the_migrations_before() {
    let widened = source("2_new", "ALTER TABLE t ALTER word TYPE varchar(40)");
    let back = source("3_new", "ALTER TABLE t ALTER word TYPE varchar(20)");
    let added = source("4_new", "ALTER TABLE t ADD more varchar(5)");
    let longer = source("5_new", "ALTER TABLE t ALTER more TYPE varchar(6)");
    let findings = lint(&[source("1_before", BEFORE), widened, back, added, longer]);
    let places: Vec<&str> = findings.iter().map(|found| &*found.migration).collect();
    assert_eq!(places, ["3_new"]);
}

#[test]
fn a_finding_tells_its_place_and_the_beginning_of_the_statement() {
    let up = format!(
        "-- First.\nCOMMENT ON TABLE t IS 'ä';\n\nALTER TABLE t\n    ADD a text,\n    DROP COLUMN word; -- {}",
        "x".repeat(200)
    );
    let findings = lint(&[source("1_before", BEFORE), source("2_new", &up)]);
    let [found] = &findings[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(
        (&*found.migration, found.line, found.rule, &*found.statement),
        (
            "2_new",
            6,
            "drop-column",
            "ALTER TABLE t ADD a text, DROP COLUMN word"
        )
    );
    assert!(!found.is_note);
}

#[test]
fn a_comment_directly_above_lets_a_statement_through() {
    for up in [
        "-- lint: allow(rows-written): four rows\nUPDATE t SET note = word",
        "SELECT 1; -- x\n\n--lint: allow(rows-written): four rows\n-- and more of it\nUPDATE t SET note = word",
        "-- lint: allow(rename): all programs stand still\n-- lint: allow(drop-column): nobody asks for it\nALTER TABLE t DROP note, RENAME word TO phrase",
        "-- lint: allow(drop-column): nobody asks for them\nALTER TABLE t DROP note, DROP word",
        "-- lint: allow(create-trigger): nobody writes\nCREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f()",
    ] {
        assert_eq!(broken(up), [""; 0], "{up}");
    }
}

#[test]
fn a_comment_that_lets_nothing_through_is_a_finding() {
    for (up, others) in [
        (
            "-- lint: allow(rows-written)\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "-- lint: allow(rows-written): \nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "-- lint: allow(row-written): few\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "-- lint: allow(rename): no\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "-- lint: allow(rows-written): few\n\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "/* lint: allow(rows-written): few */\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "SELECT 1; -- lint: allow(rows-written): few\nUPDATE t SET note = word",
            vec!["rows-written"],
        ),
        (
            "UPDATE t -- lint: allow(rows-written): few\nSET note = word",
            vec!["rows-written"],
        ),
        ("-- lint: ignore\nSELECT 1", vec![]),
        ("-- lint: allow(rows-written): few\nSELECT 1", vec![]),
        ("SELECT 1;\n-- lint: allow(rows-written): few\n", vec![]),
        (
            "-- lint: allow(useless-waiver): no\n-- lint: allow(rename): no\nSELECT 1",
            vec!["useless-waiver"],
        ),
    ] {
        let found: BTreeSet<&str> = broken(up).into_iter().collect();
        let expected: BTreeSet<&str> = others.into_iter().chain(["useless-waiver"]).collect();
        assert_eq!(found, expected, "{up}");
    }
    let told = |up| lint(&[source("2_new", up)])[0].does;
    assert_eq!(
        told("-- lint: allow(row-written): few\nSELECT 1"),
        "allows nothing: there is no such rule"
    );
}

#[test]
fn the_crate_s_migrations_up_to_the_check_s_beginning_are_read_and_not_told() {
    let known: Vec<Source> = TEXTS
        .iter()
        .map(|text| source(text.name, text.up))
        .collect();
    let before = known
        .iter()
        .filter(|migration| is_unchecked(migration))
        .count();
    assert!(before >= 19, "{before}");
    assert_eq!(lint(&known[..before]), []);
    // The same text under another name is somebody else's.
    let foreign = source("2020-01-01-000000_foreign", "DROP TABLE users");
    assert_eq!(lint(&[foreign]).len(), 1);
    // The reader knows every statement of them.
    let renamed: Vec<Source> = known[..before]
        .iter()
        .map(|migration| source(&format!("x{}", migration.name), &migration.up))
        .collect();
    let unknown: Vec<Finding> = lint(&renamed)
        .into_iter()
        .filter(|finding| finding.rule == "unknown-statement")
        .collect();
    assert_eq!(unknown, []);
}

proptest! {
    #[test]
    fn any_text_is_read(up in r#"(CREATE |ALTER |TABLE |INDEX |ON |t |ADD |DROP |DEFAULT |COLUMN |TYPE |WITH |UPDATE |[(),;'"-]|::|f\(|\n|-- lint: allow\(rename\): é)*"#) {
        lint(&[source("1_before", BEFORE), source("2_new", &up)]);
    }
}
