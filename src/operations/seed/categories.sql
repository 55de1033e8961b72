-- Managed categories; one of that name stays as it is.
INSERT INTO normalized_categories (name, is_essential, is_system, display_order)
SELECT seed.name, seed.is_essential, true, seed.place
FROM (VALUES
    ('Groceries', true, 1),
    ('Transportation', true, 2),
    ('Clothing', false, 3),
    ('Dining', false, 4),
    ('Entertainment', false, 5),
    ('Shopping', false, 6),
    ('Healthcare', true, 7),
    ('Utilities', true, 8),
    ('Income', false, 9),
    ('Taxes', true, 10),
    ('Subscriptions', false, 11),
    ('Insurance', true, 12),
    ('Education', true, 13),
    ('Travel', false, 14),
    ('Personal Care', false, 15),
    ('Gifts', false, 16),
    ('Pet Care', false, 17),
    ('Home & Garden', false, 18),
    ('Electronics', false, 19),
    ('Sports & Outdoors', false, 20),
    ('Books & Media', false, 21),
    ('Office Supplies', false, 22),
    ('Automotive', false, 23),
    ('Banking Fees', true, 24),
    ('Other', false, 25)
) AS seed (name, is_essential, place)
ORDER BY seed.place
ON CONFLICT (name) DO NOTHING
