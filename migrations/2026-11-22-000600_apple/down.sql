DROP TABLE apple_transaction_matches;
DROP TABLE apple_transactions;
