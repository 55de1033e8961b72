DROP TABLE oauth_state;
DROP TABLE account_mappings;
DROP TABLE category_keywords;
DROP TABLE categories;
DROP TABLE users;
