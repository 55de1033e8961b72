SELECT age(datfrozenxid) AS transactions, mxid_age(datminmxid) AS multixacts
FROM pg_database
WHERE datname = current_database()
