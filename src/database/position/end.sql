-- Where the next record will be inserted. At the beginning of a page that is behind the page's header, which a replica does
-- not replay before there is a record on the page: the end of the last record is meant then.
(SELECT CASE
    WHEN inserted % segment = 40 THEN inserted - 40
    WHEN inserted % page = 24 THEN inserted - 24
    ELSE inserted
END
FROM (
    SELECT
        (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS inserted,
        pg_size_bytes(current_setting('wal_segment_size')) AS segment,
        current_setting('wal_block_size')::bigint AS page
) AS log)
