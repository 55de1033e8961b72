DROP TABLE truelayer_amazon_business_matches;
DROP TABLE truelayer_amazon_transaction_matches;
DROP TABLE amazon_business_line_items;
DROP TABLE amazon_business_orders;
DROP TABLE amazon_business_connections;
DROP TABLE amazon_returns;
DROP TABLE amazon_orders;
