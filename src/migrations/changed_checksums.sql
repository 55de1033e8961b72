SELECT now.name
FROM unnest($1::text[], $2::text[], $3::text[]) AS now (version, name, up)
JOIN __spending_db_checksums AS applied USING (version)
WHERE applied.checksum <> encode(sha256(convert_to(now.up, 'UTF8')), 'hex')
ORDER BY now.version
