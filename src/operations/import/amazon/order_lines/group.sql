-- One row an order: the sum of its lines, and what its first line says. $1: the name of the file.
--
-- One product has its name unshortened. Several have short names, joined; of more than 150 characters, the first three and a
-- count. 60 names are more than that with their separators alone.
INSERT INTO pg_temp.ordered (
    place, nth, position, order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file
)
SELECT
    row_number() OVER (ORDER BY order_id) AS place,
    1 AS nth,
    position,
    order_id,
    order_date,
    website,
    currency,
    total_owed,
    CASE
        WHEN lines = 1 THEN product_name
        WHEN lines <= 3 OR char_length(names) <= 150 THEN names
        ELSE first_names || ' & ' || lines - 3 || ' more'
    END AS product_names,
    order_status,
    shipment_status,
    $1 AS source_file
FROM (
    SELECT
        order_id,
        count(*) AS lines,
        min(number) AS position,
        sum(total_owed) AS total_owed,
        min(order_date) FILTER (WHERE place = 1) AS order_date,
        min(website) FILTER (WHERE place = 1) AS website,
        min(currency) FILTER (WHERE place = 1) AS currency,
        min(order_status) FILTER (WHERE place = 1) AS order_status,
        min(shipment_status) FILTER (WHERE place = 1) AS shipment_status,
        min(product_name) FILTER (WHERE place = 1) AS product_name,
        string_agg(short_name, ' | ' ORDER BY number) FILTER (WHERE place <= 60) AS names,
        string_agg(short_name, ' | ' ORDER BY number) FILTER (WHERE place <= 3) AS first_names
    FROM (
        SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY number) AS place
        FROM pg_temp.lines
        WHERE fault IS NULL
    ) AS line
    GROUP BY order_id
) AS orders
