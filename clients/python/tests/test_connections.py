"""Connections for old callers that speak SQL themselves."""

import os
import unittest
from unittest import mock

from support import DatabaseTest, database_postgres as database

try:
    from psycopg2.extensions import parse_dsn
except ImportError:
    raise unittest.SkipTest("psycopg2 is not installed")

COUNT = "SELECT count(*) FROM categories"
INSERT = "INSERT INTO categories (name) VALUES ('Tea')"


class Connections(DatabaseTest):
    def count(self):
        return self.sql.value(COUNT)

    def test_what_is_committed_is_kept(self):
        with database.get_db() as connection:
            connection.cursor().execute(INSERT)
            connection.commit()
        self.assertEqual(self.count(), 1)
        self.assertEqual(connection.closed, 1)

    def test_what_is_not_committed_is_rolled_back(self):
        with database.get_db() as connection:
            self.assertFalse(connection.autocommit)
            connection.cursor().execute(INSERT)
        self.assertEqual(self.count(), 0)

    def test_an_exception_rolls_back_and_goes_on(self):
        with self.assertRaises(ZeroDivisionError):
            with database.get_db() as connection:
                connection.cursor().execute(INSERT)
                raise ZeroDivisionError
        self.assertEqual(self.count(), 0)

    def test_the_first_error_is_told_when_the_connection_is_lost(self):
        with self.assertRaisesRegex(database.OperationalError, "terminat"):
            with database.get_db() as connection:
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def test_many_lost_connections_cost_no_place(self):
        for _ in range(15):
            with self.assertRaises(database.OperationalError), database.get_db() as connection:
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with database.get_db() as connection, connection.cursor() as cursor:
            cursor.execute(COUNT)
            self.assertEqual(cursor.fetchone(), (0,))

    def test_the_variables_name_the_database_where_there_is_no_url(self):
        parts = parse_dsn(os.environ["DATABASE_URL"])
        names = {"HOST": "host", "PORT": "port", "DB": "dbname", "USER": "user", "PASSWORD": "password"}
        variables = {f"POSTGRES_{name}": parts[part] for name, part in names.items()}
        with mock.patch.dict(os.environ, variables):
            del os.environ["DATABASE_URL"]
            with database.get_db() as connection:
                self.assertEqual(connection.info.dbname, parts["dbname"])
                self.assertEqual(connection.info.port, int(parts["port"]))

    def test_without_a_name_there_is_no_connection(self):
        with mock.patch.dict(os.environ), mock.patch.object(database, "_FOLDER", "/"):
            del os.environ["DATABASE_URL"]
            with self.assertRaisesRegex(database.OperationalError, "needs DATABASE_URL or POSTGRES_HOST"):
                database.get_db()

    def test_tests_are_kept_away_from_the_production_database(self):
        name = parse_dsn(os.environ["DATABASE_URL"])["dbname"]
        with mock.patch.dict(os.environ, TESTING="True", SPENDING_DB_PRODUCTION_DATABASE=name):
            with self.assertRaisesRegex(database.OperationalError, "is the production database"):
                database.get_db()


if __name__ == "__main__":
    unittest.main()
