-- Asked by partitions.sh; :rows transactions. Each statement is run seven times on each of the two tables, in turn; the medians
-- are told, in milliseconds, and the pages that it touched. What writes is rolled back.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET jit = off;
SELECT split_part(version(), ' ', 2) AS postgresql, current_setting('shared_buffers') AS shared_buffers,
    current_setting('work_mem') AS work_mem, current_setting('fsync') AS fsync, :rows AS transactions;

CREATE SCHEMA one_table;
CREATE SCHEMA by_month;
CREATE SCHEMA bench;

-- A user has 2,000 transactions on two accounts.
INSERT INTO users (email) SELECT 'user' || n || '@bench.example' FROM generate_series(1, greatest(:rows / 2000, 10)) AS n;
INSERT INTO bank_connections (user_id, provider_id, provider_name) SELECT id, 'bench', 'Bench' FROM users;
INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency)
SELECT id, 'account ' || n, 'TRANSACTION', 'Account', 'GBP' FROM bank_connections, generate_series(1, 2) AS n;
ANALYZE users, bank_connections, truelayer_accounts;

CREATE TABLE one_table.truelayer_transactions (LIKE truelayer_transactions INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TABLE by_month.truelayer_transactions (LIKE truelayer_transactions INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE ("timestamp");
SELECT format(
    'CREATE TABLE by_month.%I PARTITION OF by_month.truelayer_transactions FOR VALUES FROM (%L) TO (%L)',
    to_char(month, '"transactions_"YYYY_MM'), month, month + interval '1 month'
) FROM generate_series(timestamptz '2023-01-01Z', '2025-12-01Z', '1 month') AS month
\gexec

-- Newer rows stand behind older ones, as imports leave them. The hash stands for chance, so that each run makes the same.
CREATE FUNCTION bench.chance(n bigint, salt int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT hashint8extended(n, salt) & 9223372036854775807 $$;
CREATE FUNCTION bench.transactions(first bigint, last bigint, rows bigint) RETURNS SETOF truelayer_transactions
LANGUAGE sql STABLE AS $$
    SELECT
        n::int,
        1 + (bench.chance(n, 1) % (SELECT count(*) FROM truelayer_accounts))::int,
        'transaction ' || n,
        'normalised ' || md5(n::text),
        timestamptz '2023-01-01Z' + interval '1095 days' * ((n - 1) / rows::float8),
        'CARD PAYMENT ' || merchant || ' ' || n % 1000,
        (1 + bench.chance(n, 2) % 20000) / 100.0,
        'GBP',
        CASE WHEN n % 10 = 0 THEN 'CREDIT' ELSE 'DEBIT' END,
        (ARRAY['PURCHASE', 'DIRECT_DEBIT', 'TRANSFER', 'ATM', 'OTHER'])[1 + n % 5],
        merchant,
        NULL::numeric,
        CASE WHEN n % 5 < 4 THEN jsonb_build_object('enrichment', jsonb_build_object(
            'primary_category', 'Category ' || bench.chance(n, 3) % 20, 'merchant_clean_name', merchant)) END,
        now(), NULL, NULL, 'None', n % 5 = 4, NULL::int, NULL::int, NULL::int
    FROM (
        SELECT n, CASE WHEN n % 25 = 0 THEN 'AMAZON' ELSE 'MERCHANT ' || bench.chance(n, 4) % 500 END AS merchant
        FROM generate_series(first, last) AS n
    ) AS made
$$;

\timing on
\echo 'rows into one table'
INSERT INTO one_table.truelayer_transactions SELECT * FROM bench.transactions(1, :rows, :rows);
\echo 'rows into partitions'
INSERT INTO by_month.truelayer_transactions SELECT * FROM bench.transactions(1, :rows, :rows);
\timing off

-- The same indexes for both. Unique ones take in the partition key, which is what a partitioned table asks for.
CREATE TABLE bench.indexes AS
SELECT
    replace(indexdef, ' ON public.', ' ON one_table.') AS one_table,
    regexp_replace(replace(indexdef, ' ON public.', ' ON by_month.'), '(CREATE UNIQUE INDEX .*)\)$', '\1, "timestamp")') AS by_month
FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'truelayer_transactions';
CREATE FUNCTION bench.index(statements text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
END
$$;
\timing on
\echo 'indexes of one table'
SELECT bench.index(array_agg(one_table)) FROM bench.indexes \g /dev/null
\echo 'indexes of partitions'
SELECT bench.index(array_agg(by_month)) FROM bench.indexes \g /dev/null
\timing off
VACUUM ANALYZE one_table.truelayer_transactions;
VACUUM ANALYZE by_month.truelayer_transactions;

CREATE TABLE bench.answers (place int, question text, layout text, planning float8, execution float8, pages bigint);
CREATE PROCEDURE bench.ask(place int, question text, statement text) LANGUAGE plpgsql AS $$
DECLARE
    layout text;
    plan json;
BEGIN
    FOR round IN 0..7 LOOP
        FOREACH layout IN ARRAY ARRAY['one_table', 'by_month'] LOOP
            PERFORM set_config('search_path', layout || ', public', true);
            BEGIN
                EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ' || statement INTO plan;
                RAISE EXCEPTION 'undo' USING ERRCODE = 'UB001';
            EXCEPTION WHEN SQLSTATE 'UB001' THEN
                NULL;
            END;
            -- The first round fills caches.
            CONTINUE WHEN round = 0;
            INSERT INTO bench.answers VALUES (
                place, question, layout, (plan -> 0 ->> 'Planning Time')::float8, (plan -> 0 ->> 'Execution Time')::float8,
                (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint
            );
        END LOOP;
    END LOOP;
    COMMIT;
END
$$;

\set owned 'JOIN truelayer_accounts AS a ON a.id = t.account_id JOIN bank_connections AS c ON c.id = a.connection_id'
SELECT
    format('SELECT * FROM truelayer_transactions WHERE id = %s', :rows / 2) AS by_id,
    format('SELECT * FROM truelayer_transactions WHERE normalised_provider_transaction_id = ''normalised %s''',
        md5((:rows / 2)::text)) AS by_key,
    'SELECT t.* FROM truelayer_transactions AS t WHERE account_id = 7 ORDER BY "timestamp" DESC, id DESC LIMIT 50' AS page,
    'SELECT t.* FROM truelayer_transactions AS t ' || :'owned'
        || ' WHERE c.user_id = 3 ORDER BY t."timestamp" DESC, t.id DESC LIMIT 50' AS page_of_user,
    'SELECT count(*) FROM truelayer_transactions AS t ' || :'owned' || ' WHERE c.user_id = 3' AS count_of_user,
    'SELECT t.transaction_category, t.currency, sum(t.amount), count(*) FROM truelayer_transactions AS t ' || :'owned'
        || ' WHERE c.user_id = 3 AND t.transaction_type = ''DEBIT'' AND t."timestamp" >= ''2025-06-01Z'' AND t."timestamp" < '
        || '''2025-07-01Z'' GROUP BY 1, 2' AS month_of_user,
    'SELECT t.transaction_category, t.currency, sum(t.amount), count(*) FROM truelayer_transactions AS t ' || :'owned'
        || ' WHERE t.transaction_type = ''DEBIT'' AND t."timestamp" >= ''2025-06-01Z'' AND t."timestamp" < ''2025-07-01Z'''
        || ' GROUP BY 1, 2' AS month_of_all,
    'SELECT t.transaction_category, t.currency, sum(t.amount), count(*) FROM truelayer_transactions AS t ' || :'owned'
        || ' WHERE t.transaction_type = ''DEBIT'' GROUP BY 1, 2' AS all_of_all,
    'SELECT t.* FROM truelayer_transactions AS t WHERE coalesce(jsonb_typeof(t.metadata -> ''enrichment''), ''null'') = ''null'''
        || ' ORDER BY t."timestamp" DESC LIMIT 50' AS unenriched,
    'SELECT t.id FROM truelayer_transactions AS t WHERE t."timestamp" >= ''2025-06-01Z'' AND t."timestamp" < ''2025-07-01Z'''
        || ' AND (upper(t.merchant_name) LIKE ''%AMAZON%'' OR upper(t.merchant_name) LIKE ''%AMZN%'''
        || ' OR upper(t.description) LIKE ''%AMAZON%'' OR upper(t.description) LIKE ''%AMZN%'')' AS amazon,
    format('INSERT INTO truelayer_transactions SELECT (t).id + %1$s, (t).account_id, (t).transaction_id || ''new'', '
        '(t).normalised_provider_transaction_id || ''new'', (t)."timestamp", (t).description, (t).amount, (t).currency, '
        '(t).transaction_type, (t).transaction_category, (t).merchant_name, NULL, (t).metadata, now(), NULL, NULL, ''None'', true, '
        'NULL, NULL, NULL FROM bench.transactions(%1$s - 999, %1$s, %1$s) AS t ON CONFLICT DO NOTHING', :rows) AS import_new,
    format('INSERT INTO truelayer_transactions SELECT t.* FROM bench.transactions(%1$s - 999, %1$s, %1$s) AS t '
        'ON CONFLICT DO NOTHING', :rows) AS import_known,
    format('UPDATE truelayer_transactions SET pre_enrichment_status = ''Matched'' WHERE id BETWEEN %s AND %s',
        :rows / 2, :rows / 2 + 999) AS update_ids
\gset

CALL bench.ask(1, 'one transaction by id', :'by_id');
CALL bench.ask(2, 'one transaction by its normalised id', :'by_key');
CALL bench.ask(3, 'the latest 50 of an account', :'page');
CALL bench.ask(4, 'the latest 50 of a user', :'page_of_user');
CALL bench.ask(5, 'how many a user has', :'count_of_user');
CALL bench.ask(6, 'a month of a user by category', :'month_of_user');
CALL bench.ask(7, 'a month of everybody by category', :'month_of_all');
CALL bench.ask(8, 'everything by category', :'all_of_all');
CALL bench.ask(9, 'the latest 50 without enrichment', :'unenriched');
CALL bench.ask(10, 'Amazon payments of a month', :'amazon');
CALL bench.ask(11, '1,000 new rows into the last month', :'import_new');
CALL bench.ask(12, '1,000 known rows, none stored', :'import_known');
CALL bench.ask(13, 'the status of 1,000 rows by id', :'update_ids');

WITH medians AS (
    SELECT place, question, layout,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY planning) AS planning,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY execution) AS execution,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY pages) AS pages
    FROM bench.answers GROUP BY 1, 2, 3
)
SELECT o.question,
    round(o.planning::numeric, 2) AS "plan, one table", round(m.planning::numeric, 2) AS "plan, months",
    round(o.execution::numeric, 2) AS "run, one table", round(m.execution::numeric, 2) AS "run, months",
    o.pages AS "pages, one table", m.pages AS "pages, months",
    round(((m.planning + m.execution) / (o.planning + o.execution))::numeric, 2) AS "months / one table"
FROM medians AS o JOIN medians AS m USING (place)
WHERE o.layout = 'one_table' AND m.layout = 'by_month' ORDER BY place;

SELECT pg_size_pretty(pg_total_relation_size('one_table.truelayer_transactions')) AS "size, one table",
    pg_size_pretty((SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('by_month.truelayer_transactions'))) AS "size, months";

\timing on
\echo 'the oldest month goes: DELETE and VACUUM, DETACH and DROP'
DELETE FROM one_table.truelayer_transactions WHERE "timestamp" < '2023-02-01Z';
VACUUM one_table.truelayer_transactions;
ALTER TABLE by_month.truelayer_transactions DETACH PARTITION by_month.transactions_2023_01;
DROP TABLE by_month.transactions_2023_01;
