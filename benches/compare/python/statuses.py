"""Sets the status of each transaction, one UPDATE and one commit each: URL."""

import sys

import psycopg2

from common import measured, tell
from detector import anywhere

connection = psycopg2.connect(sys.argv[1])


def work():
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, description || ' ' || coalesce(merchant_name, ''), transaction_type, pre_enrichment_status
            FROM truelayer_transactions"""
        )
        rows = cursor.fetchall()
    for number, text, kind, before in rows:
        status = anywhere(text.upper(), kind)
        if status != before:
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE truelayer_transactions SET pre_enrichment_status = %s WHERE id = %s", (status, number)
                )


tell(measured(work)[0])
