-- What explains the transactions, and the rules that sort them.

INSERT INTO transaction_enrichment_sources (id, truelayer_transaction_id, source_type, source_id, description, order_id, line_items, match_confidence, match_method, is_primary, user_verified, created_at, updated_at) VALUES
    (1, 1, 'amazon', 1, 'A book', '202-1234567-1234567', '[{"name": "A book", "price": 12.50}]', 98, 'amount+date', true, false, '2025-10-26 00:05:00+00', '2025-10-26 00:05:00+00'),
    (2, 1, 'manual', NULL, 'Ein Buch für Zoë', NULL, NULL, 100, NULL, false, true, '2025-10-26 00:06:00+00', '2025-10-26 00:06:00+00'),
    (3, 2, 'apple', 1, 'iCloud+', 'MX0ABCDEF1', NULL, 95, 'amount+date', true, false, '2025-10-26 00:05:00+00', '2025-10-26 00:05:00+00'),
    (4, 2, 'gmail', 9, 'iCloud+ (mail)', NULL, '[]', 70, NULL, false, false, '2025-10-26 00:05:00+00', '2025-10-26 00:05:00+00'),
    (5, 3, 'amazon_business', 1, 'Toner; paper', '204-1111111-1111111', NULL, 0, 'manual', true, true, '2025-03-30 01:00:00.000001+00', '2025-10-26 00:05:00+00');

INSERT INTO llm_enrichment_cache (id, transaction_description, transaction_direction, enrichment_data, cached_at) VALUES
    (1, 'TESCO STORES 2345', 'out', '{"primary_category": "Groceries", "confidence": 0.9}', '2025-10-26 01:30:00'),
    (2, 'TESCO STORES 2345', 'in', NULL, '2025-03-30 01:30:00.123456'),
    (3, 'Gehalt – Firma „Zoë“', NULL, '{"primary_category": "Income"}', '2024-02-29 23:59:59.999999'),
    (4, 'Gehalt – Firma „Zoë“', NULL, '{"primary_category": "Income", "again": true}', '2024-03-01 00:00:00');

INSERT INTO llm_enrichment_failures (id, transaction_id, error_message, retry_count, failed_at) VALUES
    (1, 3, 'timeout after 30 s', 2, '2025-10-26 00:03:00+00'),
    (2, 6, repeat('zu lang ', 400), 0, '2024-02-29 12:00:00+00'),
    (3, 41, '', 1, '2024-02-29 12:00:00.000001+00');

INSERT INTO category_rules (id, rule_name, transaction_type, description_pattern, pattern_type, category, subcategory, priority, is_active, source, usage_count, created_at, category_id, subcategory_id) VALUES
    (1, 'Tesco', 'DEBIT', 'TESCO', 'contains', 'Groceries', 'Supermarket', 10, true, 'manual', 5, '2025-10-26 01:30:00', 1, 1),
    (2, 'Regex „Café“', NULL, '(?i)caf[eé]', 'regex', 'Eating out', NULL, 0, true, 'ai', 0, '2025-03-30 01:30:00.5', NULL, NULL),
    (5, 'Old', 'CREDIT', 'X', NULL, 'Gone', 'Gone', -1, false, NULL, 0, '2024-02-29 00:00:00', 2, NULL);

INSERT INTO merchant_normalizations (id, pattern, pattern_type, normalized_name, merchant_type, default_category, priority, source, usage_count, created_at, updated_at) VALUES
    (1, 'AMZN', 'contains', 'Amazon', 'Marketplace', 'Shopping', 10, 'manual', 7, '2025-10-26 01:30:00', '2025-10-26 01:30:00.000001'),
    (2, 'E.ON', 'direct_debit', 'E.ON Nächste', NULL, NULL, 0, 'direct_debit', 0, '2025-03-30 01:30:00', '2025-03-30 01:30:00'),
    (3, '^X', NULL, 'X', NULL, NULL, 0, NULL, 0, '2024-02-29 00:00:00', '2024-02-29 23:59:59.999999');

INSERT INTO normalized_categories (id, name, description, is_system, is_active, is_essential, display_order, color, created_at, updated_at) VALUES
    (1, 'Shopping', 'Things', true, true, false, 1, '#ff8800', '2025-01-01 00:00:00+00', '2025-10-26 00:00:00+00'),
    (2, 'Household & Bills', NULL, true, true, true, 2, NULL, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00'),
    (8, 'Größeres 日本', '', false, false, false, 0, 'hsl(210, 40%, 50%)', '2024-02-29 00:00:00+00', '2024-02-29 00:00:00+00');

INSERT INTO normalized_subcategories (id, category_id, name, description, is_active, display_order, created_at, updated_at) VALUES
    (1, 1, 'Books', 'Printed', true, 1, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00'),
    (2, 2, 'Energy', NULL, true, 2, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00'),
    (3, 2, 'Books', NULL, false, 0, '2024-02-29 00:00:00+00', '2024-02-29 00:00:00+00');

INSERT INTO custom_categories (id, user_id, name, category_type, display_order, created_at, updated_at) VALUES
    (1, 1, 'Holidays ✈', 'promoted', 1, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00'),
    (2, 1, 'Secret', 'hidden', 0, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00'),
    (3, 2, 'Secret', 'promoted', 5, '2024-02-29 00:00:00+00', '2024-02-29 00:00:00+00');

INSERT INTO subcategory_mappings (id, custom_category_id, subcategory_name, original_category, created_at) VALUES
    (1, 1, 'Flights', 'Transport', '2025-01-01 00:00:00+00'),
    (2, 1, 'Hotels', NULL, '2025-01-01 00:00:00+00'),
    (3, 3, 'Flights', 'Größeres', '2024-02-29 00:00:00+00');
