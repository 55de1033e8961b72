DROP TABLE subcategory_mappings;
DROP TABLE custom_categories;
DROP TABLE category_rules;
DROP TABLE normalized_subcategories;
DROP TABLE normalized_categories;
DROP TABLE merchant_normalizations;
