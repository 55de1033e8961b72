"""What the tests share: the module, the program, and statements put straight to the database.

The tests need an empty database in DATABASE_URL, psql on the PATH and the program in SPENDING_DB_PROGRAM, as `./dev test` gives
them: `spending-db server exec --temporary -- python3 -m unittest discover -s clients/python/tests`.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[3]
CLIENT = PROJECT / "clients" / "python"
sys.path.insert(0, str(CLIENT))

import database_postgres  # noqa: E402

TABLES = """
    SELECT string_agg(format('%I.%I', schemaname, tablename), ',') FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%'
"""

BUSY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'spending-db' AND state <> 'idle'"


class SqlError(Exception):
    """What psql says of a statement that failed."""


class Sql:
    """A psql that carries out statement after statement."""

    END = "--- end of the answer ---"

    def __init__(self):
        command = ["psql", os.environ["DATABASE_URL"], "-X", "-q", "-A", "-t"]
        self.psql = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )

    def run(self, statement):
        """The lines of the answer."""
        self.psql.stdin.write(f"{statement}\n;\n\\echo {self.END}\n")
        lines = []
        for line in self.psql.stdout:
            if line.rstrip("\n") == self.END:
                break
            lines.append(line.rstrip("\n"))
        else:
            raise SqlError("psql ended")
        if any(line.startswith("ERROR:") for line in lines):
            raise SqlError("\n".join(lines))
        return [line for line in lines if line]

    def value(self, statement):
        """The one JSON value that the statement answers."""
        (line,) = self.run(statement)
        return json.loads(line)

    def empty(self):
        """Empties every table but Diesel's own, once what killed processes left to do is done."""
        while self.value(BUSY):
            time.sleep(0.01)
        (tables,) = self.run(TABLES)
        self.run(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()
        self.psql.stdout.close()


class DatabaseTest(unittest.TestCase):
    """Tests on a migrated database that is empty at the start of each."""

    @classmethod
    def setUpClass(cls):
        database_postgres.init_pool()
        cls.sql = Sql()
        cls.addClassCleanup(cls.sql.close)

    def setUp(self):
        self.sql.empty()


def python(code, *arguments, **environment):
    """Runs Python code in a process of its own, with the module on its path."""
    variables = {**os.environ, "PYTHONPATH": str(CLIENT), **environment}
    variables = {name: value for name, value in variables.items() if value is not None}
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.run(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
