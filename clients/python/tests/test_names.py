"""The names of the module, and how they can be imported and called."""

import inspect
import json
import pickle
import re
import subprocess
import unittest

from support import PROJECT, database_postgres, python

NO_DATABASE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


def listed_names():
    """The old functions in the tables of docs/MIGRATING.md and docs/migrating."""
    guides = [PROJECT / "docs" / "MIGRATING.md", *(PROJECT / "docs" / "migrating").glob("*.md")]
    text = "\n".join(guide.read_text(encoding="utf-8") for guide in guides)
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


class Names(unittest.TestCase):
    def test_every_old_function_of_the_guide_is_there_and_no_other(self):
        names = listed_names()
        self.assertEqual(len(names), 242)
        self.assertEqual(set(database_postgres.__all__), names)
        self.assertEqual(len(database_postgres.__all__), len(names))
        for name in names:
            self.assertTrue(inspect.isfunction(getattr(database_postgres, name)), name)
        self.assertLessEqual(names, set(dir(database_postgres)))

    def test_no_function_hides_what_the_module_needs(self):
        program = [database_postgres._program(), "rpc", "--methods"]
        listed = {description["name"] for description in json.loads(subprocess.check_output(program))}
        source = (PROJECT / "clients/python/database_postgres.py").read_text(encoding="utf-8")
        module = compile(source, "database_postgres.py", "exec")
        self.assertEqual(listed & set(module.co_names), set())

    def test_names_that_are_not_there(self):
        for name in ("get_nothing", "_private", "__wrapped__"):
            with self.assertRaisesRegex(AttributeError, f"has no attribute '{name}'"):
                getattr(database_postgres, name)
        with self.assertRaises(ImportError):
            exec("from database_postgres import get_nothing", {})

    def test_importing_needs_no_database_and_starts_no_process(self):
        outcome = python(
            "from database_postgres import get_user_by_id, init_pool, get_db\n"
            "import database_postgres\n"
            "assert database_postgres.get_user_by_id is get_user_by_id\n"
            "assert database_postgres._pool is None\n",
            **NO_DATABASE,
        )
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))

    def test_a_star_import_brings_the_functions_and_nothing_else(self):
        outcome = python(
            "names = set(globals())\n"
            "from database_postgres import *\n"
            "print(sorted(set(globals()) - names - {'names'}))\n",
            **NO_DATABASE,
        )
        self.assertEqual(outcome.stderr, "")
        self.assertEqual(eval(outcome.stdout), sorted(database_postgres.__all__))

    def test_a_missing_program_is_told_when_a_name_is_imported(self):
        for program in ("/nowhere/spending-db", "nowhere-spending-db", "/bin/false"):
            outcome = python("from database_postgres import get_user_by_id", SPENDING_DB_PROGRAM=program)
            self.assertRegex(outcome.stderr, "ImportError: spending-db does not list its functions .SPENDING_DB_PROGRAM")


class Functions(unittest.TestCase):
    def test_a_function_says_what_it_is(self):
        function = database_postgres.insert_user
        self.assertEqual(function.__name__, "insert_user")
        self.assertEqual(function.__qualname__, "insert_user")
        self.assertEqual(function.__module__, "database_postgres")
        self.assertEqual(str(inspect.signature(function)), "(username, email, password_hash, is_admin=False)")
        self.assertIn("is_admin: true or false", function.__doc__)
        self.assertIs(pickle.loads(pickle.dumps(function)), function)

    def test_defaults_are_the_old_ones(self):
        signature = inspect.signature(database_postgres.add_enrichment_source)
        self.assertEqual(signature.parameters["confidence"].default, 100)
        self.assertIsNone(signature.parameters["is_primary"].default)
        self.assertIs(signature.parameters["source_type"].default, inspect.Parameter.empty)

    def test_a_wrong_call_is_refused_before_anything_is_sent(self):
        outcome = python(
            "import database_postgres as database\n"
            "for arguments, named in [((), {}), ((1, 2), {}), ((), {'id': 1}), ((1,), {'user_id': 1}), (({'x': b''},), {})]:\n"
            "    try:\n"
            "        database.get_user_by_id(*arguments, **named)\n"
            "    except TypeError as error:\n"
            "        print(error)\n"
            "assert database._pool is None\n",
            **NO_DATABASE,
        )
        self.assertEqual(outcome.stderr, "")
        self.assertEqual(
            outcome.stdout.splitlines(),
            [
                "get_user_by_id() missing a required argument: 'user_id'",
                "get_user_by_id() too many positional arguments",
                "get_user_by_id() missing a required argument: 'user_id'",
                "get_user_by_id() multiple values for argument 'user_id'",
                "a value of type bytes cannot be an argument",
            ],
        )


if __name__ == "__main__":
    unittest.main()
