SELECT
    current_setting('server_version') AS version,
    current_setting('server_version_num')::integer AS number,
    pg_is_in_recovery() AS is_standby,
    (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS is_encrypted,
    coalesce(inet_client_addr() <<= '127.0.0.0/8' OR inet_client_addr() = '::1', true) AS is_local
