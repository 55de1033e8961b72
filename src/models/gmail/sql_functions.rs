//! Functions of the database.

use diesel::define_sql_function;
use diesel::sql_types::Text;

define_sql_function! {
    /// The text in lower case, by Unicode.
    fn lower(text: Text) -> Text;
}
