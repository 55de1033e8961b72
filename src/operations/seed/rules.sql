-- Category rules; one with the same name, direction and pattern stays as it is.
INSERT INTO category_rules (rule_name, transaction_type, description_pattern, pattern_type, category, subcategory, priority, category_id)
SELECT seed.name, seed.transaction_type, seed.pattern, 'contains', seed.category, seed.subcategory, seed.priority, category.id
FROM (VALUES
    ('Salary', 'CREDIT', 'SALARY', 'Income', 'Salary', 100),
    ('Payroll', 'CREDIT', 'PAYROLL', 'Income', 'Salary', 100),
    ('Interest', 'CREDIT', 'INTEREST PAID', 'Interest', NULL, 90),
    ('Faster Payment Receipt', 'CREDIT', 'FASTER PAYMENTS RECEIPT', 'Transfer', 'Personal', 80),
    ('Amazon Marketplace Refund', 'CREDIT', 'AMZNMKTPLACE', 'Refund', 'Amazon', 70),
    ('Amazon Refund', 'CREDIT', 'AMAZON', 'Refund', 'Amazon', 60),
    ('Generic Refund', 'CREDIT', 'CREDIT FROM', 'Refund', NULL, 50),
    ('Bank Giro Credit', 'CREDIT', 'BANK GIRO CREDIT', 'Income', NULL, 40),
    ('Transfer From', 'CREDIT', 'TRANSFER FROM', 'Transfer', 'Personal', 30),
    ('Transfer Generic', 'CREDIT', 'TRANSFER', 'Transfer', NULL, 20)
) AS seed (name, transaction_type, pattern, category, subcategory, priority)
LEFT JOIN normalized_categories AS category ON category.name = seed.category
WHERE NOT EXISTS (
    SELECT FROM category_rules AS rule
    WHERE rule.rule_name = seed.name
      AND rule.transaction_type = seed.transaction_type
      AND rule.description_pattern = seed.pattern
)
ORDER BY seed.priority DESC
