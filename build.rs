//! Lists the texts of the migrations for `spending_db::migrations`, and has the crate built anew when one changes, which
//! `embed_migrations!` alone does not.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let folder =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("migrations");
    println!("cargo:rerun-if-changed={}", folder.display());

    let mut migrations: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("migrations is a folder")
        .map(|entry| entry.expect("an entry of migrations").path())
        .filter(|path| path.join("up.sql").is_file())
        .collect();
    migrations.sort();

    let mut list = String::from("&[\n");
    for migration in &migrations {
        let name = migration
            .file_name()
            .and_then(|name| name.to_str())
            .expect("names are UTF-8");
        writeln!(
            list,
            "    Text {{ name: {name:?}, up: include_str!({:?}), down: include_str!({:?}) }},",
            file(migration, "up.sql"),
            file(migration, "down.sql"),
        )
        .expect("writing to memory");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("migration_texts.rs"), list).expect("OUT_DIR takes files");
}

fn file(migration: &Path, name: &str) -> String {
    let path = migration.join(name);
    println!("cargo:rerun-if-changed={}", path.display());
    path.to_str().expect("paths are UTF-8").to_owned()
}
