//! `ALTER TABLE`, action by action.

use super::calls;
use super::column_type::ColumnType;
use super::history::Constraint;
use super::reader::Reader;
use super::rules;
use super::statement::Statement;

/// What ends the default of a column; NULL is none.
const AFTER_DEFAULT: [&str; 9] = [
    "NOT NULL",
    "NULL",
    "CHECK",
    "UNIQUE",
    "PRIMARY KEY",
    "REFERENCES",
    "CONSTRAINT",
    "GENERATED",
    "COLLATE",
];

const CONSTRAINTS: [&str; 5] = ["CHECK", "UNIQUE", "PRIMARY KEY", "FOREIGN KEY", "EXCLUDE"];

/// Actions that only change what the catalog says.
const AT_ONCE: [&str; 16] = [
    "ALTER CONSTRAINT",
    "CLUSTER ON",
    "DISABLE",
    "ENABLE",
    "FORCE ROW",
    "INHERIT",
    "NO FORCE",
    "NO INHERIT",
    "NOT OF",
    "OF",
    "OWNER TO",
    "RENAME CONSTRAINT",
    "REPLICA IDENTITY",
    "RESET (",
    "SET (",
    "SET WITHOUT",
];

/// Actions on a column that only change what the catalog says.
const AT_ONCE_ON_COLUMN: [&str; 14] = [
    "ADD GENERATED",
    "DROP DEFAULT",
    "DROP EXPRESSION",
    "DROP IDENTITY",
    "DROP NOT NULL",
    "RESET",
    "RESTART",
    "SET (",
    "SET COMPRESSION",
    "SET DEFAULT",
    "SET GENERATED",
    "SET INCREMENT",
    "SET STATISTICS",
    "SET STORAGE",
];

/// A table that is altered by a statement.
struct Alteration<'s, 'h> {
    statement: &'s mut Statement<'h>,
    table: String,
}

/// Reads what follows `ALTER TABLE`.
pub(super) fn read(statement: &mut Statement<'_>, start: Reader<'_>, mut rest: Reader<'_>) {
    rest.eat_all(&["IF EXISTS", "ONLY"]);
    let Some(table) = rest.name() else {
        return statement.breaks(start, &rules::UNKNOWN);
    };
    rest.eat("*");
    let is_new = statement.history.is_new(&table);
    let mut alteration = Alteration { statement, table };
    for action in rest.parts() {
        alteration.act(action);
    }
    if is_new {
        statement
            .broken
            .retain(|(_, rule)| rule.name == rules::UNKNOWN.name);
    }
}

impl Alteration<'_, '_> {
    fn act(&mut self, action: Reader<'_>) {
        if action.sees_any(&AT_ONCE) {
            return;
        }
        let mut rest = action;
        if rest.eat("ADD") {
            self.add(action, rest);
        } else if rest.eat("ALTER") {
            rest.eat("COLUMN");
            self.alter_column(action, rest);
        } else if rest.eat("DROP") {
            self.drop(action, rest);
        } else if rest.eat("VALIDATE CONSTRAINT") {
            self.validate(action, rest);
        } else if rest.sees("RENAME") || rest.sees("SET SCHEMA") {
            self.statement.breaks(action, &rules::RENAME);
        } else if rest.sees_any(&[
            "SET LOGGED",
            "SET UNLOGGED",
            "SET TABLESPACE",
            "SET ACCESS METHOD",
        ]) {
            self.statement.breaks(action, &rules::REWRITE_TABLE);
        } else if rest.eat("ATTACH PARTITION") {
            self.statement
                .breaks_on_old(action, rest, &rules::ATTACH_PARTITION);
        } else if rest.eat("DETACH PARTITION") {
            if rest.has("CONCURRENTLY") {
                self.statement.needs_no_transaction(action);
            } else {
                self.statement.breaks(action, &rules::DETACH_PARTITION);
            }
        } else {
            self.statement.breaks(action, &rules::UNKNOWN);
        }
    }

    fn add(&mut self, action: Reader<'_>, mut rest: Reader<'_>) {
        if rest.eat("CONSTRAINT") {
            let name = rest.name();
            self.add_constraint(action, rest, name.as_deref());
        } else if rest.sees_any(&CONSTRAINTS) {
            self.add_constraint(action, rest, None);
        } else {
            rest.eat("COLUMN");
            rest.eat("IF NOT EXISTS");
            match rest.name() {
                Some(column) => self.add_column(action, rest, &column),
                None => self.statement.breaks(action, &rules::UNKNOWN),
            }
        }
    }

    fn add_column(&mut self, action: Reader<'_>, definition: Reader<'_>, column: &str) {
        let column_type = ColumnType::read(definition);
        let default = definition
            .after("DEFAULT")
            .filter(|_| !definition.has("BY DEFAULT"))
            .map(|default| default.before_any(&AFTER_DEFAULT));
        let numbers_rows = column_type.is_serial() || definition.has("AS IDENTITY");
        let is_generated = definition.has("GENERATED") && !numbers_rows;
        if numbers_rows {
            self.statement.breaks(action, &rules::IDENTITY);
        } else if is_generated {
            self.statement.breaks(action, &rules::GENERATED);
        } else if default.is_some_and(calls::may_be_volatile) {
            self.statement.breaks(action, &rules::VOLATILE_DEFAULT);
        }
        let has_value =
            numbers_rows || is_generated || default.is_some_and(|default| !default.is_empty());
        if definition.has("NOT NULL") && !has_value {
            self.statement.breaks(action, &rules::COLUMN_NOT_NULL);
        }
        // A reference of nulls alone is not checked.
        let is_checked = ["CHECK", "UNIQUE", "PRIMARY KEY"]
            .iter()
            .any(|constraint| definition.has(constraint))
            || definition.has("REFERENCES") && has_value;
        if is_checked {
            self.statement.breaks(action, &rules::COLUMN_CONSTRAINT);
        }
        self.statement
            .history
            .set_type(&self.table, column, column_type);
    }

    fn add_constraint(&mut self, action: Reader<'_>, mut rest: Reader<'_>, name: Option<&str>) {
        let is_valid = !rest.has("NOT VALID");
        let mut refuses_null_in = None;
        if rest.sees("UNIQUE") || rest.sees("PRIMARY KEY") {
            if !rest.has("USING INDEX") || rest.has("USING INDEX TABLESPACE") {
                self.statement.breaks(action, &rules::CONSTRAINT_INDEX);
            }
        } else if rest.sees("EXCLUDE") {
            self.statement.breaks(action, &rules::EXCLUDE);
        } else if rest.sees("CHECK") || rest.sees("FOREIGN KEY") {
            if is_valid {
                self.statement.breaks(action, &rules::NOT_VALIDATED);
            }
            if rest.eat("CHECK") {
                refuses_null_in = rest.group().and_then(column_that_is_not_null);
            }
        } else {
            self.statement.breaks(action, &rules::UNKNOWN);
        }
        if let Some(name) = name {
            let constraint = Constraint {
                is_valid,
                refuses_null_in,
            };
            self.statement
                .history
                .add_constraint(&self.table, name, constraint);
        }
    }

    fn alter_column(&mut self, action: Reader<'_>, mut rest: Reader<'_>) {
        let Some(column) = rest.name() else {
            return self.statement.breaks(action, &rules::UNKNOWN);
        };
        if rest.eat("TYPE") || rest.eat("SET DATA TYPE") {
            self.change_type(action, rest, &column);
        } else if rest.sees("SET NOT NULL") {
            if !self.statement.history.refuses_null(&self.table, &column) {
                self.statement.breaks(action, &rules::SET_NOT_NULL);
            }
        } else if !rest.sees_any(&AT_ONCE_ON_COLUMN) {
            self.statement.breaks(action, &rules::UNKNOWN);
        }
    }

    fn change_type(&mut self, action: Reader<'_>, definition: Reader<'_>, column: &str) {
        let new = ColumnType::read(definition);
        let old = self.statement.history.type_of(&self.table, column);
        let is_plain = definition.after("USING").is_none_or(|using| {
            let cast = using.normal();
            cast.split_once("::").is_some_and(|(of, _)| of == column)
        });
        let stays = old.is_some_and(|old| old.turns_without_rewrite(&new));
        if !stays || !is_plain || definition.has("COLLATE") {
            self.statement.breaks(action, &rules::COLUMN_TYPE);
        }
        self.statement.history.set_type(&self.table, column, new);
    }

    fn drop(&mut self, action: Reader<'_>, mut rest: Reader<'_>) {
        if action.has("CASCADE") {
            self.statement.breaks(action, &rules::DROP_CASCADE);
        }
        if rest.eat("CONSTRAINT") {
            rest.eat("IF EXISTS");
            if let Some(name) = rest.name() {
                self.statement.history.drop_constraint(&self.table, &name);
            }
            return;
        }
        rest.eat("COLUMN");
        rest.eat("IF EXISTS");
        self.statement.breaks(action, &rules::DROP_COLUMN);
        if let Some(column) = rest.name() {
            self.statement.history.drop_column(&self.table, &column);
        }
    }

    fn validate(&mut self, action: Reader<'_>, mut rest: Reader<'_>) {
        let Some(name) = rest.name() else {
            return self.statement.breaks(action, &rules::UNKNOWN);
        };
        if self.statement.history.is_just_added(&self.table, &name) {
            self.statement.breaks(action, &rules::VALIDATED_AT_ONCE);
        }
        self.statement.history.validate(&self.table, &name);
    }
}

/// The column of `column IS NOT NULL`, where that is all.
fn column_that_is_not_null(mut expression: Reader<'_>) -> Option<String> {
    let column = expression.name()?;
    (expression.eat("IS NOT NULL") && expression.is_empty()).then_some(column)
}
