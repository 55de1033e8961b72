DROP TABLE amazon_transaction_matches;
DROP TABLE truelayer_connections;
DROP TABLE transactions;
