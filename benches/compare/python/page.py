"""Pages of 50 transactions with their enrichments and sources, as dictionaries: URL PAGES."""

import sys

import psycopg2
import psycopg2.extras

from common import measured, ordered, tell
from listed import PAGE, SOURCES

connection = psycopg2.connect(sys.argv[1], cursor_factory=psycopg2.extras.RealDictCursor)


def read_pages():
    pages, after = [], ("2100-01-01 00:00Z", 2**31 - 1)
    for _ in range(int(sys.argv[2])):
        with connection, connection.cursor() as cursor:
            cursor.execute(PAGE, after)
            rows = cursor.fetchall()
            cursor.execute(SOURCES, ([row["id"] for row in rows],))
            sources = {}
            for source in cursor.fetchall():
                sources.setdefault(source["truelayer_transaction_id"], []).append(source)
        after = (rows[-1]["timestamp"], rows[-1]["id"])
        pages.append((rows, sources))
    return pages


seconds, pages = measured(read_pages)
tell(seconds, {"ids": ordered(row["id"] for rows, _ in pages for row in rows)})
