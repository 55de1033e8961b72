-- Tables of earlier forms of the application.

INSERT INTO transactions (id, date, description, amount, category, source_file, merchant, huququllah_classification, created_at, lookup_description) VALUES
    (1, '2021-12-31', 'AMAZON.CO.UK', -12.50, 'Shopping', 'statement-2021.xlsx', 'Amazon', 'discretionary', '2022-01-01 00:00:00+00', 'A book'),
    (2, '2020-02-29', 'Miete – Größe', -1200.00, NULL, NULL, NULL, 'essential', '2022-01-01 00:00:00+00', NULL),
    (3, '2022-03-27', 'GEHALT', 3500.01, 'Other', 'statement-2022.xlsx', NULL, NULL, '2022-03-28 00:00:00.000001+00', NULL),
    (4, '2022-03-28', 'AMAZON REFUND', 12.50, 'Shopping', 'statement-2022.xlsx', 'Amazon', NULL, '2022-03-28 00:00:00+00', '[RETURNED] A book');

INSERT INTO truelayer_connections (id, user_id, provider_id, access_token, refresh_token, token_expires_at, connection_status, last_synced_at, created_at) VALUES
    (1, 1, 'barclays', 'old-access-1', 'old-refresh-1', '2022-10-30 01:30:00', 'active', '2022-10-30 01:30:00.999999', '2022-01-01 00:00:00'),
    (2, 1, NULL, 'old-access-2', NULL, NULL, NULL, NULL, '2022-03-27 01:30:00.000001'),
    (3, 2, 'hsbc', 'old-access-3', '', '2022-03-27 01:00:00', 'expired', NULL, '2022-03-27 01:59:59.999999');

INSERT INTO amazon_transaction_matches (id, transaction_id, amazon_order_id, match_confidence, matched_at) VALUES
    (1, 1, 1, 99.50, '2022-01-01 00:00:00+00'),
    (2, 4, 1, 80.00, '2022-03-28 00:00:00+00'),
    (3, 3, 9, 0.01, '2022-03-28 00:00:00.000001+00');
