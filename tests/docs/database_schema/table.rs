//! The section of one table.

use std::fmt::Write;

use spending_db::catalog::{Catalog, Column, Part, Table};

use super::definitions;
use super::models::Model;
use crate::markdown::{cell, code, link};

/// The model of the rows of a table: of those with its key, the one with most of its columns.
pub(super) fn row_model<'m>(name: &str, models: &'m [Model]) -> &'m Model {
    models
        .iter()
        .filter(|model| model.table == name && model.is_identifiable)
        .max_by_key(|model| model.columns.len())
        .unwrap_or_else(|| {
            panic!("{name} has no model: no public struct of src/models that is Identifiable")
        })
}

/// Everything of a table, under a heading of its own.
pub(super) fn write(
    page: &mut String,
    catalog: &Catalog,
    name: &str,
    table: &Table,
    models: &[Model],
) {
    let row = row_model(name, models);
    writeln!(page, "\n### {}\n", code(name)).unwrap();
    if let Some(comment) = &table.comment {
        writeln!(page, "{comment}\n").unwrap();
    }
    writeln!(page, "{}\n", mapped(name, row, models)).unwrap();
    page.push_str("| Column | Type | Null | Default | Meaning |\n|---|---|---|---|---|\n");
    for column in &table.columns {
        writeln!(page, "{}", column_row(table, column, row)).unwrap();
    }
    part_table(
        page,
        "Constraint",
        "Holds that",
        table.constraints.iter(),
        |_, part| definitions::constraint(&part.definition),
    );
    part_table(page, "Index", "Over", table.indexes.iter(), |_, part| {
        definitions::index(&part.definition)
    });
    part_table(
        page,
        "Trigger",
        "Acts",
        table.triggers.iter(),
        |trigger, part| definitions::trigger(trigger, name, &part.definition),
    );
    let referring = referring(catalog, name);
    if !referring.is_empty() {
        writeln!(page, "\nReferenced by {}.", referring.join(", ")).unwrap();
    }
}

/// Which structs map it.
fn mapped(name: &str, row: &Model, models: &[Model]) -> String {
    let linked = |model: &Model| {
        let path = format!("models::{}::{}", model.domain(), model.name);
        format!("[{}](../{})", code(&path), model.file)
    };
    let of_table = || {
        models
            .iter()
            .filter(|model| model.table == name && *model != row)
    };
    let (writing, reading): (Vec<&Model>, Vec<&Model>) =
        of_table().partition(|model| model.is_written);
    let mut told = format!("Model: {}", linked(row));
    for (word, others) in [("written by", writing), ("read in part by", reading)] {
        if !others.is_empty() {
            let others: Vec<String> = others.into_iter().map(linked).collect();
            write!(told, "; {word} {}", others.join(", ")).unwrap();
        }
    }
    told.push('.');
    told
}

fn column_row(table: &Table, column: &Column, row: &Model) -> String {
    let null = if column.not_null { "" } else { "yes" };
    let default = match (&column.identity, &column.generated, &column.default) {
        (Some(identity), _, _) => format!("identity {identity}"),
        (_, Some(expression), _) => format!("generated: {}", code(expression)),
        (_, _, Some(expression)) => code(expression.trim_end_matches("::text")),
        _ => String::new(),
    };
    let field = row.columns.get(&column.name);
    let said = column.comment.as_ref().or(field).map_or("", |said| said);
    let left_out = match field {
        Some(_) => "",
        None => " The model leaves it out.",
    };
    let target = definitions::references(table)
        .into_iter()
        .find(|reference| reference.columns == column.name)
        .map_or_else(String::new, |reference| {
            format!(" → {}", link(&reference.table))
        });
    let meaning = format!("{said}{left_out}{target}");
    let sql_type = short_type(&column.sql_type);
    let mut told = format!("| {} | {sql_type} |", code(&column.name));
    for value in [null, &cell(&default), &cell(meaning.trim())] {
        let space = if value.is_empty() { "" } else { " " };
        write!(told, "{space}{value} |").unwrap();
    }
    told
}

fn part_table<'p>(
    page: &mut String,
    kind: &str,
    says: &str,
    parts: impl Iterator<Item = (&'p String, &'p Part)>,
    tell: impl Fn(&str, &Part) -> String,
) {
    let rows: Vec<String> = parts
        .map(|(name, part)| format!("| {} | {} |\n", code(name), cell(&tell(name, part))))
        .collect();
    if !rows.is_empty() {
        write!(page, "\n| {kind} | {says} |\n|---|---|\n{}", rows.concat()).unwrap();
    }
}

/// The references of other tables and its own to a table.
fn referring(catalog: &Catalog, name: &str) -> Vec<String> {
    let mut referring = Vec::new();
    for (other, table) in &catalog.tables {
        for reference in definitions::references(table) {
            if reference.table == name {
                let columns = code(&reference.columns);
                referring.push(format!(
                    "{} ({columns}, {})",
                    link(other),
                    reference.on_delete
                ));
            }
        }
    }
    referring
}

/// A type by its short name.
pub(super) fn short_type(sql_type: &str) -> String {
    sql_type
        .replace("timestamp with time zone", "timestamptz")
        .replace("timestamp without time zone", "timestamp")
        .replace("character varying", "varchar")
}
