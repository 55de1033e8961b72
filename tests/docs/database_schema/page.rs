//! The page as a whole: contents, a part a domain, views and functions.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use spending_db::catalog::{Catalog, Table};

use super::models::Model;
use super::{diagram, table};
use crate::in_checkout;
use crate::markdown::{anchor, code, link};

/// The modules of `models`, with what the page calls them.
const DOMAINS: [(&str, &str); 9] = [
    ("core", "Core"),
    ("rules", "Categories and rules"),
    ("truelayer", "TrueLayer"),
    ("enrichment", "Enrichment"),
    ("amazon", "Amazon"),
    ("apple", "Apple"),
    ("gmail", "Gmail"),
    ("system", "System"),
    ("legacy", "Legacy"),
];

const INTRODUCTION: &str = "\
# The schema of the database

Written by `./dev docs` from `src/catalog/expected.json`, which the migrations make, and from the models; not to be edited.
[CHANGING_THE_SCHEMA.md](CHANGING_THE_SCHEMA.md) tells how to change it.

A table stands in the part of its model's module. The meaning of a column is its comment in the database, or else what the
model says. A column refuses null unless it says so. An index that a key brings is not listed again. The diagrams show keys
alone: `PK` of the primary key, `FK` of a reference, `UK` of a unique constraint, alone or with others; a box without columns
is a table of another part.

";

/// The page.
pub(super) fn write(catalog: &Catalog, models: &[Model]) -> String {
    let domains = by_domain(catalog, models);
    let mut page = INTRODUCTION.to_owned();
    write_contents(&mut page, catalog, &domains);
    for ((module, title), tables) in DOMAINS.iter().zip(&domains) {
        writeln!(page, "\n## {title}\n\n{}\n", purpose(module)).unwrap();
        page.push_str(&diagram::write(catalog, tables));
        for (name, of_domain) in tables {
            table::write(&mut page, catalog, name, of_domain, models);
        }
    }
    write_views(&mut page, catalog);
    write_functions(&mut page, catalog);
    page
}

/// The tables of each of [`DOMAINS`].
fn by_domain<'c>(catalog: &'c Catalog, models: &[Model]) -> Vec<BTreeMap<&'c str, &'c Table>> {
    let mut domains = vec![BTreeMap::new(); DOMAINS.len()];
    for (name, found) in &catalog.tables {
        let module = table::row_model(name, models).domain();
        let domain = DOMAINS
            .iter()
            .position(|(known, _)| *known == module)
            .unwrap_or_else(|| panic!("models::{module} has no part of the page"));
        domains[domain].insert(name.as_str(), found);
    }
    domains
}

fn write_contents(page: &mut String, catalog: &Catalog, domains: &[BTreeMap<&str, &Table>]) {
    writeln!(page, "{} tables:\n", catalog.tables.len()).unwrap();
    let parts = DOMAINS
        .iter()
        .zip(domains)
        .map(|((_, title), tables)| (*title, tables.keys().copied().collect::<Vec<&str>>()));
    let views: Vec<&str> = catalog.views.keys().map(String::as_str).collect();
    let functions: Vec<&str> = catalog
        .functions
        .keys()
        .map(|signature| bare(signature))
        .collect();
    for (title, names) in parts.chain([("Views", views), ("Functions", functions)]) {
        let links: Vec<String> = names.into_iter().map(link).collect();
        writeln!(
            page,
            "- [{title}](#{}): {}",
            anchor(title),
            links.join(", ")
        )
        .unwrap();
    }
}

/// What the module of a domain says that it is.
fn purpose(module: &str) -> String {
    let file = in_checkout(&format!("src/models/{module}.rs"));
    let text = fs::read_to_string(file).unwrap();
    let said: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    said.join(" ")
}

fn write_views(page: &mut String, catalog: &Catalog) {
    page.push_str("\n## Views\n");
    for (name, view) in &catalog.views {
        let comment = view.comment.as_deref().unwrap_or_default();
        writeln!(page, "\n### {}\n\n{comment}\n", code(name)).unwrap();
        if !view.options.is_empty() {
            writeln!(page, "With {}.\n", code(&view.options.join(", "))).unwrap();
        }
        writeln!(page, "```sql\n{}\n```", view.query.trim()).unwrap();
    }
}

fn write_functions(page: &mut String, catalog: &Catalog) {
    page.push_str("\n## Functions\n");
    for (signature, function) in &catalog.functions {
        writeln!(page, "\n### {}\n", code(bare(signature))).unwrap();
        if let Some(comment) = &function.comment {
            writeln!(page, "{comment}\n").unwrap();
        }
        writeln!(page, "```sql\n{}\n```", function.definition.trim()).unwrap();
    }
}

/// The name of a function without its arguments.
fn bare(signature: &str) -> &str {
    signature.split('(').next().unwrap()
}
