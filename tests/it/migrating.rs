//! The migration guide, the old names and the operations agree.

mod defects;
mod guide;
mod sources;

use std::collections::BTreeSet;

use spending_db::compat::functions;

use self::guide::Row;
use self::sources::Operation;

/// The old functions that are the pool: they have operations, but no adapter.
const POOL: [&str; 2] = ["get_db", "init_pool"];

#[test]
fn the_tables_list_every_old_function_once() {
    let rows = guide::rows();
    let listed: BTreeSet<&str> = rows.iter().map(|row| &*row.old).collect();
    assert_eq!(listed.len(), rows.len(), "a function is listed twice");
    let registered: BTreeSet<&str> = functions()
        .map(|function| function.name)
        .chain(POOL)
        .collect();
    assert_eq!(listed, registered);
}

#[test]
fn all_old_functions_are_there() {
    assert_eq!(guide::rows().len(), 242);
    // The other two are the pool.
    assert_eq!(functions().count(), 240);
}

#[test]
fn every_old_name_is_registered_once() {
    let names: Vec<&str> = functions().map(|function| function.name).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len());
}

#[test]
fn each_operation_says_what_it_takes_over_and_the_table_agrees() {
    let operations = sources::operations();
    for Row { old, operation } in guide::rows() {
        let named: Vec<&Operation> = operations
            .iter()
            .filter(|operation| operation.takes_over.contains(&old))
            .collect();
        let [found] = &named[..] else {
            panic!("{old} is taken over by {named:?}");
        };
        assert!(
            found.is_at(&operation),
            "{old}: {operation} is no {found:?}"
        );
    }
}

#[test]
fn nothing_takes_over_what_the_tables_do_not_list() {
    let rows = guide::rows();
    let listed: BTreeSet<&str> = rows.iter().map(|row| &*row.old).collect();
    for operation in sources::operations() {
        for old in &operation.takes_over {
            assert!(listed.contains(&**old), "{old}: {operation:?}");
        }
    }
}

#[test]
fn the_guide_links_every_table() {
    let front = guide::front();
    for file in guide::tables() {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(front.contains(&format!("(migrating/{name})")), "{name}");
    }
}
