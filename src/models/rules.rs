//! Managed and custom categories, and the rules that give them.

mod category_rule;
pub(crate) mod custom_category;
mod merchant_normalization;
mod normalized_category;
mod normalized_subcategory;
pub(crate) mod pattern;
mod subcategory_mapping;

pub use category_rule::{CategoryRule, CategoryRuleChanges, NewCategoryRule};
pub use custom_category::{CustomCategory, CustomCategoryChanges, NewCustomCategory};
pub use merchant_normalization::{
    MerchantNormalization, MerchantNormalizationChanges, NewDirectDebitMapping,
    NewMerchantNormalization,
};
pub use normalized_category::{
    NewNormalizedCategory, NormalizedCategory, NormalizedCategoryChanges,
};
pub use normalized_subcategory::{
    NewNormalizedSubcategory, NormalizedSubcategory, NormalizedSubcategoryChanges,
};
pub use subcategory_mapping::{MappedSubcategory, NewSubcategoryMapping, SubcategoryMapping};
