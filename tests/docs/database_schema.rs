//! `docs/DATABASE_SCHEMA.md`, from the expected catalog and the models.

mod definitions;
mod diagram;
mod models;
mod page;
mod table;

use std::env;
use std::fs;

use spending_db::catalog::Catalog;

use crate::in_checkout;
use crate::markdown::assert_links_lead_somewhere;

const PAGE: &str = "docs/DATABASE_SCHEMA.md";

fn written() -> String {
    page::write(Catalog::expected().unwrap(), &models::read())
}

#[test]
fn the_page_is_fresh() {
    let page = written();
    let file = in_checkout(PAGE);
    if env::var_os("WRITE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let differing = kept
        .lines()
        .zip(page.lines())
        .position(|(kept, new)| kept != new)
        .unwrap_or_else(|| kept.lines().count().min(page.lines().count()));
    assert!(
        kept == page,
        "{PAGE} is not what the migrations and the models say; ./dev docs writes it. Line {}:\n- {}\n+ {}",
        differing + 1,
        kept.lines().nth(differing).unwrap_or("the end"),
        page.lines().nth(differing).unwrap_or("the end"),
    );
}

#[test]
fn the_links_of_the_page_lead_somewhere() {
    assert_links_lead_somewhere(&written(), &in_checkout("docs"));
}

#[test]
fn the_page_has_every_object_of_the_catalog() {
    let page = written();
    let catalog = Catalog::expected().unwrap();
    let functions = catalog.functions.keys();
    let functions = functions.map(|signature| signature.split('(').next().unwrap());
    let names = catalog
        .tables
        .keys()
        .chain(catalog.views.keys())
        .map(String::as_str)
        .chain(functions);
    for name in names {
        let heading = format!("\n### `{name}`\n");
        assert_eq!(page.matches(&heading).count(), 1, "{name}");
    }
    for (table, found) in &catalog.tables {
        let (_, rest) = page.split_once(&format!("\n### `{table}`\n")).unwrap();
        let section = rest.split("\n## ").next().unwrap();
        let section = section.split("\n### ").next().unwrap();
        for column in &found.columns {
            let row = format!("\n| `{}` | ", column.name);
            assert!(section.contains(&row), "{table}.{}", column.name);
        }
        let parts = [&found.constraints, &found.indexes, &found.triggers];
        for part in parts.into_iter().flat_map(|parts| parts.keys()) {
            assert!(section.contains(&format!("`{part}`")), "{table}: {part}");
        }
        assert!(section.contains("\nModel: [`models::"), "{table}");
    }
}

#[test]
#[should_panic(expected = "account_mappings has no model")]
fn a_table_without_a_model_is_refused() {
    let models: Vec<models::Model> = models::read()
        .into_iter()
        .filter(|model| model.table != "account_mappings")
        .collect();
    page::write(Catalog::expected().unwrap(), &models);
}
