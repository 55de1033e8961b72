//! [`Statement`]: which rules a statement breaks.

use super::alter_table;
use super::calls;
use super::column_type::ColumnType;
use super::history::History;
use super::reader::Reader;
use super::rules::{self, Rule};

/// What is created without touching a table in use.
const CREATED_BESIDE: [&str; 18] = [
    "FUNCTION",
    "PROCEDURE",
    "AGGREGATE",
    "VIEW",
    "RECURSIVE VIEW",
    "TEMP VIEW",
    "TEMPORARY VIEW",
    "TYPE",
    "DOMAIN",
    "SEQUENCE",
    "SCHEMA",
    "EXTENSION",
    "STATISTICS",
    "POLICY",
    "RULE",
    "CAST",
    "COLLATION",
    "OPERATOR",
];

/// What is altered in no time.
const ALTERED_AT_ONCE: [&str; 16] = [
    "AGGREGATE",
    "COLLATION",
    "DEFAULT PRIVILEGES",
    "DOMAIN",
    "EXTENSION",
    "FUNCTION",
    "INDEX",
    "MATERIALIZED VIEW",
    "POLICY",
    "PROCEDURE",
    "SCHEMA",
    "SEQUENCE",
    "STATISTICS",
    "TRIGGER",
    "TYPE",
    "VIEW",
];

/// Statements that take no lock which anybody waits for.
const HARMLESS: [&str; 8] = [
    "COMMENT", "GRANT", "REVOKE", "INSERT", "COPY", "ANALYZE", "SET", "RESET",
];

const TRANSACTION: [&str; 9] = [
    "BEGIN",
    "START",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "PREPARE",
];

/// What a `SELECT` of a migration may call.
const SELECTED: [&str; 6] = [
    "setval",
    "pg_get_serial_sequence",
    "max",
    "count",
    "coalesce",
    "greatest",
];

/// A statement that is read, and what was found in it.
pub(super) struct Statement<'h> {
    pub(super) history: &'h mut History,
    pub(super) in_transaction: bool,
    pub(super) is_alone: bool,
    pub(super) broken: Vec<(usize, &'static Rule)>,
}

impl Statement<'_> {
    pub(super) fn read(&mut self, statement: Reader<'_>) {
        let mut rest = statement;
        if rest.eat("CREATE") {
            self.create(statement, rest);
        } else if rest.eat("ALTER TABLE") {
            alter_table::read(self, statement, rest);
        } else if rest.eat("ALTER") {
            self.alter(statement, rest);
        } else if rest.eat("DROP") {
            self.drop(statement, rest);
        } else if rest.eat("REINDEX") {
            self.concurrently_or(statement, &rules::REINDEX);
        } else if rest.eat("REFRESH MATERIALIZED VIEW") {
            if !rest.sees("CONCURRENTLY") {
                self.breaks_on_old(statement, rest, &rules::REFRESH);
            }
        } else if rest.eat("CLUSTER") {
            self.breaks_on_old(statement, rest, &rules::REWRITE_TABLE);
        } else if rest.eat("VACUUM") {
            if statement.tails().any(|tail| tail.sees("FULL")) {
                self.breaks(statement, &rules::REWRITE_TABLE);
            }
            self.needs_no_transaction(statement);
        } else if rest.eat("TRUNCATE") {
            rest.eat_all(&["TABLE", "ONLY"]);
            self.breaks_on_old(statement, rest, &rules::TRUNCATE);
        } else if rest.eat("LOCK") {
            rest.eat_all(&["TABLE", "ONLY"]);
            self.breaks_on_old(statement, rest, &rules::LOCK_TABLE);
        } else if statement.sees_any(&["UPDATE", "DELETE FROM", "MERGE INTO", "WITH"]) {
            self.write_rows(statement);
        } else if statement.sees("SELECT") {
            self.select(statement);
        } else if statement.sees_any(&TRANSACTION) {
            self.breaks(statement, &rules::TRANSACTION);
        } else if sets_a_time_limit(statement) {
            self.breaks(statement, &rules::TIMEOUT);
        } else if !statement.sees_any(&HARMLESS) {
            self.breaks(statement, &rules::UNKNOWN);
        }
    }

    pub(super) fn breaks(&mut self, at: Reader<'_>, rule: &'static Rule) {
        self.broken.push((at.place(), rule));
    }

    /// Breaks the rule unless the table that is named next is new.
    pub(super) fn breaks_on_old(
        &mut self,
        at: Reader<'_>,
        mut named: Reader<'_>,
        rule: &'static Rule,
    ) {
        let is_new = named.name().is_some_and(|name| self.history.is_new(&name));
        if !is_new {
            self.breaks(at, rule);
        }
    }

    /// What runs outside of transactions alone must have a migration for itself that says so.
    pub(super) fn needs_no_transaction(&mut self, at: Reader<'_>) {
        if self.in_transaction {
            self.breaks(at, &rules::NOT_IN_TRANSACTION);
        }
        if !self.is_alone {
            self.breaks(at, &rules::NOT_ALONE);
        }
    }

    fn concurrently_or(&mut self, statement: Reader<'_>, rule: &'static Rule) {
        if statement.tails().any(|tail| tail.sees("CONCURRENTLY")) {
            self.needs_no_transaction(statement);
        } else {
            self.breaks(statement, rule);
        }
    }

    fn create(&mut self, statement: Reader<'_>, mut rest: Reader<'_>) {
        rest.eat_all(&["OR REPLACE", "UNIQUE"]);
        if rest.eat("INDEX") {
            return self.create_index(statement, rest);
        }
        let is_trigger = rest.sees_any(&["TRIGGER", "CONSTRAINT TRIGGER"]);
        if is_trigger {
            match rest.after("ON") {
                Some(table) => self.breaks_on_old(statement, table, &rules::CREATE_TRIGGER),
                None => self.breaks(statement, &rules::UNKNOWN),
            }
        } else if rest.eat("MATERIALIZED VIEW") {
            rest.eat("IF NOT EXISTS");
            if let Some(view) = rest.name() {
                self.history.create(&view);
            }
        } else if !rest.sees_any(&CREATED_BESIDE) {
            rest.eat_all(&["GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED"]);
            if rest.eat("TABLE") {
                self.create_table(rest);
            } else {
                self.breaks(statement, &rules::UNKNOWN);
            }
        }
    }

    fn create_index(&mut self, statement: Reader<'_>, mut rest: Reader<'_>) {
        let is_concurrent = rest.eat("CONCURRENTLY");
        let is_conditional = rest.eat("IF NOT EXISTS");
        if is_concurrent {
            self.needs_no_transaction(statement);
            if is_conditional {
                self.breaks(statement, &rules::IF_NOT_EXISTS);
            }
            return;
        }
        let Some(mut table) = rest.after("ON") else {
            return self.breaks(statement, &rules::UNKNOWN);
        };
        // On a partitioned table alone it is only made known; the partitions have theirs attached.
        if !table.eat("ONLY") {
            self.breaks_on_old(statement, table, &rules::INDEX);
        }
    }

    fn create_table(&mut self, mut rest: Reader<'_>) {
        rest.eat("IF NOT EXISTS");
        let Some(table) = rest.name() else {
            return;
        };
        self.history.create(&table);
        let definitions = rest.group().map_or_else(Vec::new, |group| group.parts());
        for mut definition in definitions {
            if let Some(column) = definition.name() {
                self.history
                    .set_type(&table, &column, ColumnType::read(definition));
            }
        }
    }

    fn alter(&mut self, statement: Reader<'_>, mut rest: Reader<'_>) {
        let is_at_once = rest.sees_any(&ALTERED_AT_ONCE);
        let is_beside = rest.sees_any(&["INDEX", "TRIGGER", "POLICY", "STATISTICS"]);
        if rest.sees("TYPE") && statement.has("ADD VALUE") {
            if self.in_transaction && !self.is_alone {
                self.breaks(statement, &rules::ENUM_VALUE);
            }
        } else if rest.eat("DOMAIN") {
            if statement.has("ADD") && !statement.has("NOT VALID") {
                self.breaks(statement, &rules::NOT_VALIDATED);
            } else if statement.has("SET NOT NULL") {
                self.breaks(statement, &rules::SET_NOT_NULL);
            }
        } else if !is_at_once {
            self.breaks(statement, &rules::UNKNOWN);
        }
        let is_renamed = statement.has("RENAME") || statement.has("SET SCHEMA");
        if is_renamed && !is_beside {
            self.breaks(statement, &rules::RENAME);
        }
        if statement.has("SET TABLESPACE") {
            self.breaks(statement, &rules::REWRITE_TABLE);
        }
    }

    fn drop(&mut self, statement: Reader<'_>, mut rest: Reader<'_>) {
        if statement.has("CASCADE") {
            self.breaks(statement, &rules::DROP_CASCADE);
        }
        if rest.sees("INDEX") {
            return self.concurrently_or(statement, &rules::DROP_INDEX);
        }
        let is_asked_for = ["TABLE", "VIEW", "MATERIALIZED VIEW", "SCHEMA", "SEQUENCE"]
            .iter()
            .any(|kind| rest.eat(kind));
        if is_asked_for {
            rest.eat("IF EXISTS");
            for table in rest.parts() {
                self.breaks_on_old(statement, table, &rules::DROP_TABLE);
            }
        }
    }

    /// `UPDATE`, `DELETE` and `MERGE`, also within `WITH`.
    fn write_rows(&mut self, statement: Reader<'_>) {
        let mut is_lock = false;
        for mut tail in statement.tails() {
            let is_written = ["UPDATE", "DELETE FROM", "MERGE INTO"]
                .iter()
                .any(|verb| tail.eat(verb));
            if is_written && !is_lock {
                tail.eat("ONLY");
                self.breaks_on_old(statement, tail, &rules::ROWS_WRITTEN);
                return;
            }
            is_lock = tail.sees_any(&["FOR", "DO", "NO KEY", "KEY"]);
        }
        let is_question = !statement.tails().any(|tail| tail.sees("INSERT INTO"));
        if is_question {
            self.select(statement);
        }
    }

    fn select(&mut self, mut statement: Reader<'_>) {
        let start = statement;
        if statement.eat("SELECT diesel_manage_updated_at") {
            let table = statement.group().and_then(|mut group| group.literal());
            if !table.is_some_and(|table| self.history.is_new(table)) {
                self.breaks(start, &rules::CREATE_TRIGGER);
            }
        } else if calls::calls(statement).any(|name| !SELECTED.contains(&name.as_str())) {
            self.breaks(start, &rules::UNKNOWN);
        }
    }
}

fn sets_a_time_limit(mut statement: Reader<'_>) -> bool {
    if !statement.eat("SET") && !statement.eat("RESET") {
        return false;
    }
    statement.eat_all(&["LOCAL", "SESSION"]);
    statement.sees_any(&["lock_timeout", "statement_timeout", "ALL"])
}
