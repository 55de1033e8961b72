//! People, flat categories, account names, pending bank authorisations.

mod account_mapping;
mod category;
mod category_keyword;
mod oauth_state;
mod user;

pub use account_mapping::{AccountMapping, AccountMappingChanges, NewAccountMapping};
pub use category::{Category, CategoryChanges, NewCategory};
pub use category_keyword::{CategoryKeyword, NewCategoryKeyword};
pub use oauth_state::{NewOAuthState, OAuthState};
pub use user::{NewUser, User, UserChanges};
