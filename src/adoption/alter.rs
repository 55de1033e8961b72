//! The one `ALTER TABLE` that changes the columns and checks of a table.

use super::plan::{Step, Work};
use super::survey::Survey;
use crate::catalog::mend::{add_constraint, define, name, set_default, set_type};
use crate::catalog::{Column, Finding, PartFault, PartKind, Table, compare, is_drift};

/// The step of a table; `None` where its columns are as they should be.
pub(super) fn alter(
    survey: &Survey,
    table: &str,
    expected: &Table,
    live: &Table,
    rows: i64,
) -> Option<Step> {
    let mut alter = Alter {
        survey,
        table,
        actions: Vec::new(),
        work: Work::Catalog,
        notes: Vec::new(),
    };
    for column in &live.columns {
        if let Some(wanted) = expected.column(&column.name) {
            alter.change(wanted, column);
        }
    }
    alter.keep_unknown();
    for column in &expected.columns {
        if live.column(&column.name).is_none() {
            alter.add(column);
        }
    }
    alter.add_checks();
    let Alter {
        actions,
        work,
        notes,
        ..
    } = alter;
    (!actions.is_empty()).then(|| Step {
        title: format!("change the columns of {table}"),
        table: Some(table.to_owned()),
        sql: vec![format!(
            "ALTER TABLE {}\n    {}",
            name(table),
            actions.join(",\n    ")
        )],
        lock: Some(format!("ACCESS EXCLUSIVE on {table}")),
        work,
        rows: if work == Work::Catalog { 0 } else { rows },
        notes,
    })
}

struct Alter<'s> {
    survey: &'s Survey,
    table: &'s str,
    actions: Vec<String>,
    work: Work,
    notes: Vec<String>,
}

impl Alter<'_> {
    fn column(&mut self, column: &str, action: &str) {
        self.actions
            .push(format!("ALTER COLUMN {} {action}", name(column)));
    }

    fn needs(&mut self, work: Work) {
        self.work = self.work.max(work);
    }

    fn change(&mut self, expected: &Column, live: &Column) {
        let column = live.name.as_str();
        if live.generated.is_some() && expected.generated.is_none() {
            self.column(column, "DROP EXPRESSION");
        }
        let has_other_type =
            expected.sql_type != live.sql_type || expected.collation != live.collation;
        // A default of the old type might not be one of the new; that of a sequence goes with it.
        let becomes_identity = live.identity.is_none() && expected.identity.is_some();
        let drops_default = has_other_type && live.default.is_some() && !becomes_identity;
        if drops_default {
            self.column(column, "DROP DEFAULT");
        }
        if has_other_type {
            self.change_type(expected, live);
        }
        match (&expected.default, &live.default) {
            (Some(default), live) if drops_default || live.as_ref() != Some(default) => {
                self.column(column, &set_default(Some(default)));
            }
            (None, Some(_)) if !drops_default && !becomes_identity => {
                self.column(column, &set_default(None));
            }
            _ => {}
        }
        match (expected.not_null, live.not_null) {
            (true, false) => {
                self.column(column, "SET NOT NULL");
                self.needs(Work::Reads);
            }
            (false, true) => self.column(column, "DROP NOT NULL"),
            _ => {}
        }
        match (&expected.identity, &live.identity) {
            (None, Some(_)) => self.column(column, "DROP IDENTITY"),
            (Some(wanted), Some(found)) if wanted != found => {
                self.column(column, &format!("SET GENERATED {}", wanted.to_uppercase()));
            }
            _ => {}
        }
    }

    fn change_type(&mut self, expected: &Column, live: &Column) {
        let plain = name(&live.name);
        let Some(conversion) = self.survey.conversion(self.table, live, &plain) else {
            self.column(&live.name, &set_type(expected, live));
            return;
        };
        let collation = match &expected.collation {
            Some(collation) => format!(" COLLATE {}", name(collation)),
            None => String::new(),
        };
        let using = if conversion.is_implicit {
            String::new()
        } else if conversion.refused.is_some() && !conversion.is_json {
            format!(" USING {}", self.survey.value(self.table, live, &plain))
        } else {
            format!(" USING {}", conversion.value)
        };
        self.column(
            &live.name,
            &format!("TYPE {}{collation}{using}", expected.sql_type),
        );
        self.needs(conversion.work);
        if live.sql_type.starts_with("timestamp") && live.sql_type.ends_with("without time zone") {
            self.notes.push(format!(
                "{}: the times were written in {}",
                live.name, self.survey.zone
            ));
        }
    }

    fn keep_unknown(&mut self) {
        for finding in compare(self.survey.expected, &self.survey.live) {
            let Finding::Column {
                table,
                column,
                fault: crate::catalog::ColumnFault::Unknown(_),
            } = finding
            else {
                continue;
            };
            if table == self.table && is_drift(self.survey.expected, &finding) {
                self.column(column, "DROP NOT NULL");
                self.notes.push(format!(
                    "{column} is not the crate's and stays; it takes NULL from now on, or no row could be added"
                ));
            }
        }
    }

    fn add(&mut self, column: &Column) {
        self.actions.push(format!("ADD COLUMN {}", define(column)));
        let writes_rows = column.identity.is_some() || column.generated.is_some();
        if writes_rows {
            self.needs(Work::Rewrites);
        }
        if let Some(default) = &column.default {
            self.notes.push(format!(
                "{} is new; every row has {default} there",
                column.name
            ));
        }
    }

    fn add_checks(&mut self) {
        for finding in compare(self.survey.expected, &self.survey.live) {
            let Finding::Part {
                kind: PartKind::Constraint,
                table: Some(table),
                name: constraint,
                fault: PartFault::Missing { expected } | PartFault::Differs { expected, .. },
            } = finding
            else {
                continue;
            };
            if table == self.table && expected.starts_with("CHECK ") {
                let statement = add_constraint(table, constraint, expected);
                let action = statement
                    .split_once(" ADD ")
                    .map_or("", |(_, action)| action);
                self.actions.push(format!("ADD {action}"));
                self.needs(Work::Reads);
            }
        }
    }
}
