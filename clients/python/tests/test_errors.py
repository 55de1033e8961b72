"""Errors are of the classes that old callers catch."""

import pickle
import unittest

from support import DatabaseTest, database_postgres as database, python

try:
    import psycopg2
except ImportError:
    psycopg2 = None

USER = ("maple", "maple@example.com", "hash")


class Errors(DatabaseTest):
    def failure(self, name, *arguments, **named):
        with self.assertRaises(database.SpendingDbError) as caught:
            getattr(database, name)(*arguments, **named)
        return caught.exception

    def test_a_unique_violation(self):
        database.insert_user(*USER)
        error = self.failure("insert_user", *USER)
        self.assertIsInstance(error, database.IntegrityError)
        self.assertIs(type(error), database.UniqueViolation)
        self.assertEqual((error.pgcode, error.kind), ("23505", "conflict"))
        self.assertEqual(error.diag.constraint_name, "users_email_key")
        self.assertEqual(error.diag.sqlstate, "23505")
        self.assertIsNone(error.diag.table_name)
        self.assertIn("users_email_key", error.pgerror)
        self.assertEqual(str(error), error.pgerror)

    def test_a_class_for_each_failure(self):
        for name, arguments, cls, code, base in [
            ("log_security_event", (4711, "logout", True), "ForeignKeyViolation", "23503", "IntegrityError"),
            ("add_enrichment_source", (4711, "manual", "x"), "NotFound", "23503", "IntegrityError"),
            ("insert_user", (None, "x@example.com", "hash"), "NotNullViolation", "23502", "IntegrityError"),
            ("update_pre_enrichment_status", (1, "Unheard"), "CheckViolation", "23514", "IntegrityError"),
            ("get_user_by_id", ("x",), "InvalidTextRepresentation", "22P02", "DataError"),
            ("get_huququllah_summary", ("2024-02-30",), "InvalidDatetimeFormat", "22007", "DataError"),
            ("get_required_unenriched_transactions", (-1,), "InvalidRowCountInLimitClause", "2201W", "DataError"),
        ]:
            error = self.failure(name, *arguments)
            self.assertEqual((type(error).__name__, error.pgcode), (cls, code), error)
            self.assertIsInstance(error, getattr(database, base))

    def test_wrong_values_are_value_errors_too(self):
        for name, arguments in [
            ("update_pre_enrichment_status", (1, "Unheard")),
            ("get_user_by_id", ("x",)),
            ("get_user_by_id", (1 << 40,)),
            ("get_huququllah_summary", ("2024-02-30",)),
            ("create_custom_category", (" ",)),
        ]:
            self.assertIsInstance(self.failure(name, *arguments), ValueError)

    def test_a_fault_of_the_database(self):
        self.sql.run("ALTER TABLE categories RENAME TO elsewhere")
        self.addCleanup(self.sql.run, "ALTER TABLE elsewhere RENAME TO categories")
        error = self.failure("get_all_categories")
        self.assertIs(type(error), database.DatabaseFailure)
        self.assertIsInstance(error, database.DatabaseError)

    def test_errors_can_be_sent_to_another_process(self):
        error = self.failure("get_user_by_id", "x")
        again = pickle.loads(pickle.dumps(error))
        self.assertIs(type(again), type(error))
        self.assertEqual((str(again), again.pgcode, again.diag), (str(error), error.pgcode, error.diag))

    @unittest.skipUnless(psycopg2, "psycopg2 is not installed")
    def test_they_are_psycopg2s_where_it_is_installed(self):
        database.insert_user(*USER)
        with self.assertRaises(psycopg2.IntegrityError):
            database.insert_user(*USER)
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            database.insert_user(*USER)
        with self.assertRaises(psycopg2.errors.ForeignKeyViolation):
            database.log_security_event(4711, "logout", True)
        with self.assertRaises(psycopg2.DataError):
            database.get_user_by_id("x")

    def test_without_psycopg2_they_look_like_its_own(self):
        outcome = python(
            "import sys; sys.modules['psycopg2'] = None\n"
            "import database_postgres as database\n"
            "try:\n"
            "    database.log_security_event(4711, 'logout', True)\n"
            "except database.IntegrityError as error:\n"
            "    print([cls.__name__ for cls in type(error).__mro__], error.pgcode)\n"
            "try:\n"
            "    database.get_db()\n"
            "except ImportError as error:\n"
            "    print(error)\n"
        )
        self.assertEqual(outcome.stderr, "")
        classes, told = outcome.stdout.splitlines()
        names = ["ForeignKeyViolation", "SpendingDbError", "IntegrityError", "DatabaseError", "Error"]
        self.assertEqual(classes, f"{[*names, 'Exception', 'BaseException', 'object']} 23503")
        self.assertEqual(told, "get_db() gives a connection of psycopg2, which is not installed")


if __name__ == "__main__":
    unittest.main()
