-- Merchant normalisations; one with the same pattern stays as it is. `PRET%MANGER` comes from the old application: `%` means
-- itself, so it fits nothing.
INSERT INTO merchant_normalizations (pattern, pattern_type, normalized_name, merchant_type, default_category, priority)
SELECT seed.pattern, 'contains', seed.name, seed.merchant_type, seed.category, seed.priority
FROM (VALUES
    ('STARBUCKS', 'Starbucks', 'coffee_shop', 'Dining', 100),
    ('COSTA COFFEE', 'Costa Coffee', 'coffee_shop', 'Dining', 100),
    ('PRET A MANGER', 'Pret A Manger', 'cafe', 'Dining', 100),
    ('PRET%MANGER', 'Pret A Manger', 'cafe', 'Dining', 90),
    ('CAFFE NERO', 'Caffè Nero', 'coffee_shop', 'Dining', 100),
    ('GAILS', 'Gail''s Bakery', 'bakery', 'Dining', 100),
    ('GAIL''S', 'Gail''s Bakery', 'bakery', 'Dining', 100),
    ('GREGGS', 'Greggs', 'bakery', 'Dining', 100),
    ('TESCO', 'Tesco', 'supermarket', 'Groceries', 100),
    ('SAINSBURY', 'Sainsbury''s', 'supermarket', 'Groceries', 100),
    ('WAITROSE', 'Waitrose', 'supermarket', 'Groceries', 100),
    ('ASDA', 'Asda', 'supermarket', 'Groceries', 100),
    ('MORRISONS', 'Morrisons', 'supermarket', 'Groceries', 100),
    ('ALDI', 'Aldi', 'supermarket', 'Groceries', 100),
    ('LIDL', 'Lidl', 'supermarket', 'Groceries', 100),
    ('M&S', 'Marks & Spencer', 'supermarket', 'Groceries', 90),
    ('MARKS AND SPENCER', 'Marks & Spencer', 'supermarket', 'Groceries', 100),
    ('TFL', 'Transport for London', 'public_transport', 'Transportation', 100),
    ('UBER', 'Uber', 'rideshare', 'Transportation', 100),
    ('BOLT', 'Bolt', 'rideshare', 'Transportation', 100),
    ('AMAZON', 'Amazon', 'online_retail', 'Shopping', 50),
    ('AMZN', 'Amazon', 'online_retail', 'Shopping', 50)
) AS seed (pattern, name, merchant_type, category, priority)
ON CONFLICT (pattern, pattern_type) DO NOTHING
