//! The managed categories and their subcategories: lists with counts, renaming, moving, merging, deleting.
//!
//! Whatever knows a category follows it in the same transaction: `category_id`, `subcategory_id`, `transaction_category`
//! and the enrichment of transactions, rules, and the names in merchant normalisations. Rules and enrichments that have the
//! name alone, without an id, are left as they are. Changes of categories go one after the other. A caller that caches
//! lists of transactions drops them afterwards.

mod change;
mod listing;
mod removal;
mod subcategory_change;
mod subcategory_removal;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

pub use change::{CategoryUpdate, update};
pub use listing::{
    CategoryWithSubcategories, CountedCategory, CountedSubcategory, find, find_subcategory, list,
    list_subcategories,
};
pub use removal::{CategoryRemoval, remove};
pub use subcategory_change::{SubcategoryUpdate, update_subcategory};
pub use subcategory_removal::{SubcategoryRemoval, remove_subcategory};

use crate::Result;

/// Makes a change of categories in a transaction while nobody else makes one; who reads them or refers to them goes on.
fn change<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    conn.transaction(|conn| {
        conn.batch_execute("LOCK TABLE normalized_categories IN SHARE ROW EXCLUSIVE MODE")?;
        work(conn)
    })
}

/// Gives merchant normalisations that give one category another one.
fn rename_default_categories(conn: &mut PgConnection, from: &str, to: &str) -> Result<()> {
    diesel::sql_query(include_str!("categories/rename_default_categories.sql"))
        .bind::<Text, _>(from)
        .bind::<Text, _>(to)
        .execute(conn)?;
    Ok(())
}
