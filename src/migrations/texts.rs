//! The SQL of the migrations of this crate.

/// A migration as it stands in its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// The folder's name.
    pub name: &'static str,
    /// What applies it.
    pub up: &'static str,
    /// What reverts it.
    pub down: &'static str,
}

/// The migrations of this crate, in their order.
pub const TEXTS: &[Text] = include!(concat!(env!("OUT_DIR"), "/migration_texts.rs"));

impl Text {
    /// What orders migrations, as Diesel records it: the digits in front of the name.
    pub fn version(&self) -> String {
        version_of(self.name)
    }
}

/// The version in the name of a migration, as Diesel records it.
pub(super) fn version_of(name: &str) -> String {
    let end = name.find('_').unwrap_or(name.len());
    name[..end].replace('-', "")
}

#[cfg(test)]
mod tests {
    use diesel::migration::{Migration, MigrationSource};
    use diesel::pg::Pg;

    use super::*;
    use crate::migrations::MIGRATIONS;

    #[test]
    fn the_texts_are_those_of_the_embedded_migrations() {
        let mut embedded: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap();
        embedded.sort_by_key(|migration| migration.name().to_string());
        let embedded: Vec<(String, String)> = embedded
            .iter()
            .map(|migration| {
                let name = migration.name();
                (name.to_string(), name.version().to_string())
            })
            .collect();
        let texts: Vec<(String, String)> = TEXTS
            .iter()
            .map(|text| (text.name.to_owned(), text.version()))
            .collect();
        assert_eq!(texts, embedded);
    }
}
