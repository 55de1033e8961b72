"""Returns, the payments of their orders and the credits that refunded them, one return after the other: URL row_by_row."""

import sys

import psycopg2

from common import measured, tell

connection = psycopg2.connect(sys.argv[1])

CREDIT = """SELECT id FROM truelayer_transactions WHERE transaction_type = 'CREDIT' AND amount = %(amount)s
    AND timestamp >= %(day)s::date - 7 AND timestamp < %(day)s::date + 4
    AND (upper(merchant_name) LIKE '%%AMAZON%%' OR upper(description) LIKE '%%AMAZON%%'
        OR upper(merchant_name) LIKE '%%AMZN%%' OR upper(description) LIKE '%%AMZN%%')
    AND NOT EXISTS (SELECT FROM amazon_returns AS r WHERE r.refund_transaction_id = truelayer_transactions.id)
    ORDER BY abs(timestamp::date - %(day)s::date), timestamp, id LIMIT 5"""

SOURCE = """INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, order_id,
    match_confidence, match_method, is_primary) VALUES (%s, 'amazon', %s, %s, %s, 100, 'return_match', true)"""


def one(cursor, statement, values):
    cursor.execute(statement, values)
    return cursor.fetchone()


def match(refund, order_number, day, amount):
    with connection, connection.cursor() as cursor:
        order = one(cursor, "SELECT id, product_names FROM amazon_orders WHERE order_id = %s", (order_number,))
        if order is None:
            return
        original = one(
            cursor,
            "SELECT truelayer_transaction_id FROM truelayer_amazon_transaction_matches WHERE amazon_order_id = %s",
            (order[0],),
        )
        credit = original and one(cursor, CREDIT, {"amount": amount, "day": day})
        if not credit:
            return
        cursor.execute(SOURCE, (credit[0], refund, "[REFUND] " + order[1], order_number))
        cursor.execute("UPDATE truelayer_transactions SET pre_enrichment_status = 'Matched' WHERE id = %s", credit)
        source = one(
            cursor,
            "SELECT id, description FROM transaction_enrichment_sources WHERE truelayer_transaction_id = %s AND is_primary",
            original,
        )
        if not source[1].startswith("[RETURNED] "):
            cursor.execute(
                "UPDATE transaction_enrichment_sources SET description = '[RETURNED] ' || description WHERE id = %s",
                (source[0],),
            )
        cursor.execute(
            "UPDATE amazon_returns SET original_transaction_id = %s, refund_transaction_id = %s WHERE id = %s",
            (original[0], credit[0], refund),
        )


def work():
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, order_id, refund_completion_date, amount_refunded FROM amazon_returns
            WHERE original_transaction_id IS NULL ORDER BY refund_completion_date DESC"""
        )
        refunds = cursor.fetchall()
    for refund in refunds:
        match(*refund)


tell(measured(work)[0])
