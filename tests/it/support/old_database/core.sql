-- People, flat categories and pending authorisations.

INSERT INTO users (id, email, created_at, updated_at, username, password_hash, is_admin, is_active, last_login_at) VALUES
    (1, 'hassan@example.com', '2023-01-05 09:12:44.120391+00', '2025-10-26 01:30:00.000001+01', 'hassan', '$2b$12$KIXQ4S1nBqv0yq0sYw7p9eH1t0aD3mJx8mF2uQ6r9w3t5v7x9z1bC', true, true, '2025-10-26 01:30:00'),
    (2, 'zoë.müller@beispiel.example', '2024-02-29 23:59:59.999999+00', '2024-02-29 23:59:59.999999+00', 'zoë', 'pbkdf2:sha256:600000$aB3dE5$1f0e', false, true, '2025-03-30 01:30:00.123456'),
    (7, 'gone@example.com', '2022-11-30 00:00:00+00', '2023-06-01 12:00:00+00', NULL, NULL, false, false, NULL);

INSERT INTO categories (id, name, rule_pattern, ai_suggested) VALUES
    (1, 'Groceries', 'TESCO|SAINSBURY|LIDL', false),
    (2, 'Transport', NULL, false),
    (3, 'Café & Bars ☕', '(?i)caf[eé]', true),
    (11, 'Other', NULL, true);

INSERT INTO category_keywords (id, category_name, keyword, created_at) VALUES
    (1, 'Groceries', 'tesco', '2023-01-05 10:00:00+00'),
    (2, 'Groceries', 'sainsbury''s', '2023-01-05 10:00:00.5+00'),
    (3, 'Transport', 'TfL', '2023-01-05 10:00:01+00'),
    (9, 'No such category', 'orphan by name', '2023-03-26 01:59:59+00');

INSERT INTO account_mappings (id, sort_code, account_number, friendly_name, created_at) VALUES
    (1, '20-00-00', '55779911', 'Current account', '2023-01-05 10:00:00+00'),
    (2, '200000', '01234567', 'Joint – house', '2023-01-05 10:00:00+00'),
    (4, '60-16-13', '31926819', 'Zoë''s savings', '2024-03-31 00:59:59.999999+00');

INSERT INTO oauth_state (id, user_id, state, code_verifier, expires_at, created_at) VALUES
    (3, 1, 'f3b1c0d2a4', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', '2025-03-30 01:10:00', '2025-03-30 01:00:00.000001'),
    (4, 1, '9f86d081884c7d659a2feaa0c55ad015', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbUJ5jNT', '2025-10-26 01:40:00.654321', '2025-10-26 01:30:00.654321'),
    (5, 2, 'short', 'v', '2024-02-29 00:00:00', '2024-02-28 23:50:00');
