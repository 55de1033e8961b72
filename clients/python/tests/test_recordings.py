"""The recorded answers of the old data layer, asked of the module's functions."""

import datetime
import json
import unittest
from decimal import Decimal

from recording import Comparison, Different, live
from support import PROJECT, DatabaseTest, SqlError, database_postgres

RECORDINGS = PROJECT / "tests" / "golden"


def literal(value):
    """A value as an untyped constant, so that the column decides its type."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float, Decimal)):
        return f"'{value}'"
    if isinstance(value, datetime.date):
        return f"'{value.isoformat()}'"
    if isinstance(value, list) and not (value and isinstance(value[0], dict)):
        return f"ARRAY[{','.join(map(literal, value))}]" if value else "'{}'"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return "'" + text.replace("'", "''") + "'"


class Replay:
    """Carries out the steps of one recording."""

    def __init__(self, sql):
        self.sql = sql
        self.saved = {}
        self.comparison = Comparison()

    def step(self, step):
        """Raises Different where the step's outcome is not what was recorded."""
        if "rows" in step:
            ids = [self.insert(step["rows"], live(row, self.saved)) for row in step["values"]]
            self.saved[step.get("save")] = ids
        elif "table" in step:
            self.check_table(step)
        else:
            self.call(step)

    def insert(self, table, row):
        columns = ",".join(f'"{column}"' for column in row)
        insert = f"INSERT INTO {table} ({columns}) VALUES ({','.join(map(literal, row.values()))})"
        has_id = self.sql.value(
            "SELECT count(*) FROM information_schema.columns "
            f"WHERE table_schema = 'public' AND table_name = '{table}' AND column_name = 'id'"
        )
        if not has_id:
            return self.sql.run(insert) and None
        number = self.sql.value(f"{insert} RETURNING id")
        if "id" in row:
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            self.sql.run(
                f"SELECT setval({sequence}, greatest((SELECT max(id) FROM {table}), nextval({sequence}) - 1))"
            )
        return number

    def check_table(self, step):
        names = [f"c{place}" for place in range(len(step["columns"]))]
        where = f"WHERE {step['where']}" if step.get("where") else ""
        lines = self.sql.run(
            f"SELECT jsonb_build_array({','.join(names)}) FROM (SELECT {','.join(step['columns'])} FROM {step['table']} "
            f"{where} ORDER BY {','.join(step['order'])}) AS t ({','.join(names)})"
        )
        if len(lines) != len(step["is"]):
            raise Different(f"{len(step['is'])} rows, not {len(lines)}")
        for place, (want, line) in enumerate(zip(step["is"], lines)):
            got = json.loads(line, parse_float=Decimal)
            for column, wanted, value in zip(step["columns"], want, got):
                if isinstance(wanted, dict) and "$numeric" in wanted and isinstance(value, int):
                    value = Decimal(value)
                try:
                    self.comparison.check(wanted, value, key=column)
                except Different as difference:
                    raise difference.at(f"row {place}.{column}") from None

    def call(self, step):
        function = getattr(database_postgres, step["call"])
        arguments = live(step["args"], self.saved)
        try:
            answer = function(**arguments)
        except Exception as error:
            self.check_error(step, error)
            return
        if "raises" in step:
            raise Different(f"{step['raises']}, not the answer {str(answer)[:120]}")
        self.saved[step.get("save")] = answer
        ignore, unordered = step.get("ignore", ()), step.get("unordered", False)
        self.comparison.check(step["returns"], answer, ignore, unordered)

    def check_error(self, step, error):
        """An error is of the class that was recorded, or refuses the arguments before they are sent."""
        names = [cls.__name__ for cls in type(error).__mro__]
        if step.get("raises") not in names and not ("raises" in step and isinstance(error, TypeError)):
            raise Different(f"{step.get('raises', 'an answer')}, not {names[0]}: {error}")


class Recordings(DatabaseTest):
    """Every step of every recording whose functions are there."""

    def replay(self, path):
        steps = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        replay = Replay(self.sql)
        calls, differences = 0, []
        for place, step in enumerate(steps, 1):
            calls += "call" in step
            try:
                replay.step(step)
            except (Different, SqlError) as difference:
                what = step.get("call") or step.get("table") or step["rows"]
                differences.append(f"{path.name}:{place} {what}: {difference}")
        self.assertGreater(calls, 0)
        self.assertEqual(differences, [], f"{len(differences)} of {len(steps)} steps differ")

    def test_there_are_recordings(self):
        self.assertGreaterEqual(len(list(RECORDINGS.glob("*.jsonl"))), 3)


def add_recordings():
    for path in sorted(RECORDINGS.glob("*.jsonl")):
        setattr(Recordings, f"test_{path.stem}", lambda self, path=path: self.replay(path))


add_recordings()

if __name__ == "__main__":
    unittest.main()
