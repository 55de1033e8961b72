-- What was bought at Amazon and Apple, and the payments it was matched with.

INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file, created_at) VALUES
    (1, '202-1234567-1234567', '2025-10-24', 'Amazon.co.uk', 'GBP', 12.50, 'A book', 'Closed', 'Shipped', 'Retail.OrderHistory.1.csv', '2025-10-26 00:00:00+00'),
    (2, '302-7654321-0000001', '2024-02-29', 'Amazon.de', 'EUR', 0.00, repeat('Kaffeefilter Größe 4; ', 120), NULL, NULL, NULL, '2025-10-26 00:00:00+00'),
    (9, 'D01-0000000-0000009', '2023-12-31', 'Amazon.co.uk', 'GBP', 1234.56, 'Tea; “Assam”; 茶', 'Closed', NULL, 'Retail.OrderHistory.1.csv', '2025-10-26 00:00:00.123456+00');

INSERT INTO amazon_returns (id, order_id, reversal_id, refund_completion_date, currency, amount_refunded, status, disbursement_type, source_file, original_transaction_id, refund_transaction_id, created_at) VALUES
    (1, '202-1234567-1234567', 'rev-1', '2025-02-01', 'GBP', 12.50, 'Completed', 'Refund', 'Retail.Refunds.csv', 1, 4, '2025-10-26 00:00:00+00'),
    (2, '302-7654321-0000001', 'rev-2', '2024-03-05', 'EUR', 0.01, NULL, NULL, NULL, NULL, NULL, '2025-10-26 00:00:00+00'),
    (3, 'no-such-order', 'rev-3', '2023-01-01', 'GBP', 99.99, 'Completed', 'GiftCard', 'Retail.Refunds.csv', 2, NULL, '2025-10-26 00:00:01+00');

INSERT INTO amazon_business_connections (id, user_id, access_token, refresh_token, token_expires_at, region, status, created_at, updated_at, is_sandbox, marketplace_id, last_synced_at) VALUES
    (1, 1, 'gAAAAABbusiness1', 'gAAAAABbusiness1r', '2025-10-26 01:00:00+00', 'UK', 'active', '2025-01-01 00:00:00+00', '2025-10-26 00:00:00+00', false, 'A1F83G8C2ARO7P', '2025-10-26 00:00:00+00'),
    (2, 1, 'gAAAAABbusiness2', 'gAAAAABbusiness2r', NULL, NULL, NULL, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', true, NULL, NULL),
    (3, 2, 'gAAAAABbusiness3', 'gAAAAABbusiness3r', NULL, 'DE', 'disconnected', '2024-02-29 00:00:00+00', '2024-03-01 00:00:00+00', true, 'A1PA6795UKMFR9', NULL);

INSERT INTO amazon_business_orders (id, order_id, order_date, region, purchase_order_number, order_status, buyer_name, buyer_email, subtotal, tax, shipping, net_total, currency, item_count, product_summary, created_at) VALUES
    (1, '204-1111111-1111111', '2025-10-20', 'UK', 'PO-77', 'CLOSED', 'Zoë Müller', 'zoë@firma.example', 100.00, 20.00, 0.00, 120.00, 'GBP', 2, 'Toner; paper', '2025-10-26 00:00:00+00'),
    (2, '204-2222222-2222222', '2025-10-21', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-10-26 00:00:00+00'),
    (3, '204-3333333-3333333', '2024-02-29', 'DE', NULL, 'PENDING', 'A', 'a@b.example', 0.01, 0.00, 4.99, 5.00, 'EUR', 1, 'Stift', '2025-10-26 00:00:00+00');

INSERT INTO amazon_business_line_items (id, order_id, line_item_id, asin, title, brand, category, quantity, unit_price, total_price, seller_name, created_at) VALUES
    (1, '204-1111111-1111111', 'li-1', 'B00TONER01', 'Toner, schwarz', 'HP', 'Office', 1, 80.00, 80.00, 'Amazon EU S.à r.l.', '2025-10-26 00:00:00+00'),
    (2, '204-1111111-1111111', 'li-2', 'B00PAPER01', 'Paper A4', 'Navigator', 'Office', 4, 5.00, 20.00, 'Amazon EU S.à r.l.', '2025-10-26 00:00:00+00'),
    (3, '204-2222222-2222222', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-10-26 00:00:00+00'),
    (4, '204-2222222-2222222', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-10-26 00:00:00+00');

INSERT INTO truelayer_amazon_transaction_matches (id, truelayer_transaction_id, amazon_order_id, match_confidence, matched_at) VALUES
    (1, 1, 1, 98.50, '2025-10-26 00:05:00+00'),
    (2, 4, 1, 100.00, NULL),
    (3, 6, 9, 0.00, '2024-02-29 12:00:00+00');

INSERT INTO truelayer_amazon_business_matches (id, truelayer_transaction_id, amazon_business_order_id, match_confidence, matched_at) VALUES
    (1, 3, 1, 100, '2025-10-26 00:05:00+00'),
    (2, 5, 3, 85, NULL),
    (5, 41, 2, 0, '2024-02-29 12:00:00+00');

INSERT INTO apple_transactions (id, order_id, order_date, total_amount, currency, app_names, publishers, item_count, source_file, created_at) VALUES
    (1, 'MX0ABCDEF1', '2025-10-25', 0.99, 'GBP', 'iCloud+', 'Apple Distribution International', 1, 'Report a Problem.html', '2025-10-26 00:00:00+00'),
    (2, 'MX0ABCDEF2', '2024-02-29', 0.00, 'EUR', 'Spiel – 遊び 🎮', NULL, NULL, NULL, '2025-10-26 00:00:00+00'),
    (4, 'MX0ABCDEF4', '2023-06-30', 1299.00, 'GBP', 'A; B; C', 'X; Y; Z', 3, 'Report a Problem.html', '2025-10-26 00:00:00+00');

INSERT INTO truelayer_apple_transaction_matches (id, truelayer_transaction_id, apple_transaction_id, match_confidence, matched_at) VALUES
    (1, 2, 1, 95, '2025-10-26 00:05:00+00'),
    (2, 3, 2, 0, NULL),
    (6, 5, 4, 100, '2025-03-30 01:00:00.000001+00');
