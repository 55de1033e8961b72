"""All transactions with their enrichments: URL psycopg2|sqlalchemy structs|json."""

import json
import sys

from common import measured, ordered, tell
from listed import LIST

url, way, form = sys.argv[1:]


def with_psycopg2():
    import psycopg2
    import psycopg2.extras

    connection = psycopg2.connect(url, cursor_factory=psycopg2.extras.RealDictCursor)

    def read():
        with connection, connection.cursor() as cursor:
            cursor.execute(LIST)
            return cursor.fetchall()

    return read


def with_sqlalchemy():
    from sqlalchemy import create_engine, text

    engine = create_engine("postgresql+psycopg2://" + url.split("://", 1)[1])
    connection = engine.connect()

    def read():
        return [dict(row) for row in connection.execute(text(LIST)).mappings()]

    return read


read = with_psycopg2() if way == "psycopg2" else with_sqlalchemy()


def work():
    rows = read()
    if form == "json":
        json.dumps([dict(row) for row in rows], default=str)
    return rows


seconds, rows = measured(work)
tell(seconds, {"rows": len(rows), "ids": ordered(row["id"] for row in rows)})
