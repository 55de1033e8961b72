"""One transaction by its id, each time with a connection of psycopg2's pool: URL THREADS KEYS."""

import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg2.extras
import psycopg2.pool

from common import measured, ordered, tell

url, threads, keys = sys.argv[1], int(sys.argv[2]), [int(key) for key in sys.argv[3].split(",")]
pool = psycopg2.pool.ThreadedConnectionPool(threads, threads, url, cursor_factory=psycopg2.extras.RealDictCursor)


def read_share(share):
    rows = []
    for key in share:
        connection = pool.getconn()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT * FROM truelayer_transactions WHERE id = %s", (key,))
                rows.append(cursor.fetchone())
        finally:
            pool.putconn(connection)
    return rows


def read_all():
    length = -(-len(keys) // threads)
    shares = [keys[start : start + length] for start in range(0, len(keys), length)]
    with ThreadPoolExecutor(threads) as executor:
        return [row for rows in executor.map(read_share, shares) for row in rows]


seconds, rows = measured(read_all)
tell(seconds, {"rows": len(rows), "ids": ordered(row["id"] for row in rows)})
