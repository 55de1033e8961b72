INSERT INTO gmail_merchant_aliases (bank_name, receipt_name, normalized_name)
SELECT seed.bank_name, seed.receipt_name, seed.normalized_name
FROM (
    VALUES
        (1, 'AMAZON.CO.UK', 'Amazon', 'amazon'),
        (2, 'AMAZON EU', 'Amazon', 'amazon'),
        (3, 'AMZN MKTP', 'Amazon Marketplace', 'amazon'),
        (4, 'AMZN*', 'Amazon', 'amazon'),
        (5, 'PAYPAL *MERCHANT', 'PayPal', 'paypal'),
        (6, 'PAYPAL *', 'PayPal', 'paypal'),
        (7, 'UBER* TRIP', 'Uber', 'uber'),
        (8, 'UBER EATS', 'Uber Eats', 'uber_eats'),
        (9, 'DELIVEROO', 'Deliveroo', 'deliveroo'),
        (10, 'JET2.COM', 'Jet2', 'jet2'),
        (11, 'RYANAIR', 'Ryanair', 'ryanair'),
        (12, 'TRAINLINE', 'Trainline', 'trainline'),
        (13, 'BOOKING.COM', 'Booking.com', 'booking'),
        (14, 'NETFLIX', 'Netflix', 'netflix'),
        (15, 'SPOTIFY', 'Spotify', 'spotify'),
        (16, 'APPLE.COM', 'Apple', 'apple'),
        (17, 'TESCO', 'Tesco', 'tesco'),
        (18, 'SAINSBURYS', 'Sainsburys', 'sainsburys')
) AS seed (place, bank_name, receipt_name, normalized_name)
WHERE NOT EXISTS (
    SELECT FROM gmail_merchant_aliases AS present
    WHERE
        lower(present.bank_name) = lower(seed.bank_name)
        AND lower(present.receipt_name) = lower(seed.receipt_name)
)
ORDER BY seed.place
