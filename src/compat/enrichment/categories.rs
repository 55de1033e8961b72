//! Promoted and hidden categories, and what was spent in each.

use bigdecimal::{BigDecimal, ToPrimitive};

use super::super::answer::{Answer, object, row_answer};
use super::super::arguments::{Argument, Since, Until};
use super::super::failure::Failure;
use super::super::found;
use super::super::function::functions;
use super::super::given::OrBlank;
use crate::Error;
use crate::models::rules::{CustomCategory, MappedSubcategory, SubcategoryMapping};
use crate::operations::category_spending::{
    CategorySpending, SubcategorySpending, by_category, by_subcategory,
};
use crate::operations::custom_categories::{
    GatheredSubcategory, Hiding, Promotion, hide, promote, unhide,
};
use crate::types::{Period, UserId};

row_answer!(CustomCategory {
    id,
    name,
    category_type,
    display_order,
    created_at,
    updated_at
});
row_answer!(MappedSubcategory {
    id,
    subcategory_name,
    original_category,
    promoted_category
});

impl From<CategorySpending> for Answer {
    fn from(line: CategorySpending) -> Self {
        object! {
            "name" => line.name,
            "total_spend" => float(&line.total_spend),
            "transaction_count" => line.transaction_count,
            "is_custom" => line.is_custom,
            "currency" => line.currency,
        }
    }
}

impl From<SubcategorySpending> for Answer {
    fn from(line: SubcategorySpending) -> Self {
        object! {
            "name" => line.name.unwrap_or_else(|| "Unknown".to_owned()),
            "total_spend" => float(&line.total_spend),
            "transaction_count" => line.transaction_count,
            "already_mapped" => line.already_mapped,
            "currency" => line.currency,
        }
    }
}

impl From<Promotion> for Answer {
    fn from(promotion: Promotion) -> Self {
        object! {
            "category_id" => promotion.category_id,
            "transactions_updated" => promotion.transactions_updated,
        }
    }
}

impl From<Hiding> for Answer {
    fn from(hiding: Hiding) -> Self {
        object! {
            "category_id" => hiding.category_id,
            "transactions_reset" => hiding.transactions_reset,
        }
    }
}

impl Argument for GatheredSubcategory {
    const TAKES: &'static str = "an object with name and original_category";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))
    }
}

functions! {
    /// The categories.
    FUNCTIONS:

    get_custom_categories(category_type: OrBlank<String> = null, user_id: UserId = 1) => |conn|
        match category_type.0.map(|category_type| category_type.parse()) {
            None => CustomCategory::list_of_type(conn, user_id, None)?,
            Some(Ok(known)) => CustomCategory::list_of_type(conn, user_id, Some(known))?,
            Some(Err(_)) => Vec::new(),
        },

    get_category_spending_summary(
        date_from: Option<Since> = null,
        date_to: Option<Until> = null,
        user_id: UserId = 1
    ) => |conn| by_category(conn, user_id, period(date_from, date_to))?,

    get_subcategory_spending(
        category_name: String,
        date_from: Option<Since> = null,
        date_to: Option<Until> = null,
        user_id: UserId = 1
    ) => |conn| by_subcategory(conn, user_id, &category_name, period(date_from, date_to))?,

    create_promoted_category(
        name: String,
        subcategories: Vec<GatheredSubcategory>,
        user_id: UserId = 1
    ) => |conn| promote(conn, user_id, &name, &subcategories).map_err(|error| name_taken(error, &name))?,

    hide_category(name: String, user_id: UserId = 1) => |conn| hide(conn, user_id, &name)?,

    unhide_category(name: String, user_id: UserId = 1) => |conn| found(unhide(conn, user_id, &name))?,

    get_mapped_subcategories(category_name: OrBlank<String> = null, user_id: UserId = 1) => |conn|
        SubcategoryMapping::list_promoted(conn, user_id, category_name.0.as_deref())?,
}

/// The old answer to a name that the user has given to a category already.
fn name_taken(error: Error, name: &str) -> Failure {
    let is_conflict = matches!(error, Error::Conflict { .. });
    let mut failure = Failure::from(error);
    if is_conflict {
        failure.message = format!("category {name} already exists");
    }
    failure
}

/// The period between two arguments; without one it is open.
fn period(since: Option<Since>, until: Option<Until>) -> Period {
    Period {
        from: since.and_then(|since| since.0),
        before: until.and_then(|until| until.0),
    }
}

/// A sum as the old answers have it.
fn float(sum: &BigDecimal) -> Answer {
    sum.to_f64().map_or(Answer::Null, Answer::float)
}
