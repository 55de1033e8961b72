INSERT INTO __spending_db_checksums (version, checksum)
VALUES ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))
ON CONFLICT (version) DO UPDATE SET checksum = excluded.checksum
