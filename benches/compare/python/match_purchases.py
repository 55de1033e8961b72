"""Payments and the purchases that they paid: URL "amazon|apple by_day|each_with_each".

All admissible pairs by confidence, days apart, day and id of the payment, id of the purchase; each pair whose two sides are
still free is taken. Pairs are found by looking at every purchase for each payment, as the old application did, or at those of
the days around it. Each match is written on its own, with its source and its status.
"""

import re
import sys
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import psycopg2

from common import measured, tell

url = sys.argv[1]
vendor, way = sys.argv[2].split()
connection = psycopg2.connect(url)
WINDOW, TOLERANCE = 3, Decimal("0.01")

AMAZON = {
    "words": re.compile(r"(?:^|[^A-Za-z0-9])(?:AMAZON|AMZN)", re.I),
    "purchases": """SELECT id, order_date, total_owed, currency, product_names, order_id FROM amazon_orders
        WHERE total_owed > 0 AND lower(coalesce(order_status, '')) NOT IN ('cancelled', 'canceled')
        AND id NOT IN (SELECT amazon_order_id FROM truelayer_amazon_transaction_matches)""",
    "confidence": [100, 95, 85, 75],
    "table": "truelayer_amazon_transaction_matches",
    "column": "amazon_order_id",
    "dated": False,
}
APPLE = {
    "words": re.compile(
        r"(?:^|[^A-Za-z0-9])(?:APPLE\.COM|APPLE COM|APP STORE|APPSTORE|ITUNES|APPLE SERVICES|APPLE BILL)", re.I
    ),
    "purchases": """SELECT id, order_date, total_amount, currency, app_names || ' (' || publishers || ')', order_id
        FROM apple_transactions
        WHERE total_amount > 0 AND id NOT IN (SELECT apple_transaction_id FROM apple_transaction_matches)""",
    "confidence": [100, 90, 80, 70],
    "table": "apple_transaction_matches",
    "column": "apple_transaction_id",
    "dated": True,
}
matcher = {"amazon": AMAZON, "apple": APPLE}[vendor]
WRITTEN_DATE = re.compile(r"\bON (\d{1,2})[-/](\d{1,2})[-/](\d{4})\b", re.I)


def read(statement):
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def payments():
    rows = read(
        f"""SELECT id, (timestamp AT TIME ZONE 'UTC')::date, amount, currency, description, coalesce(merchant_name, '')
        FROM truelayer_transactions WHERE transaction_type = 'DEBIT' AND amount > 0
        AND id NOT IN (SELECT truelayer_transaction_id FROM {matcher["table"]})"""
    )
    for number, day, amount, currency, description, merchant in rows:
        if matcher["words"].search(description) or matcher["words"].search(merchant):
            written = matcher["dated"] and WRITTEN_DATE.search(description)
            if written:
                day = date(int(written[3]), int(written[2]), int(written[1]))
            yield number, day, amount, currency


def pairs(purchases):
    by_day = defaultdict(list)
    for purchase in purchases:
        by_day[purchase[1]].append(purchase)
    for payment in payments():
        number, day, amount, currency = payment
        if way == "each_with_each":
            candidates = purchases
        else:
            days = (day + timedelta(offset) for offset in range(-WINDOW, WINDOW + 1))
            candidates = [purchase for near in days for purchase in by_day.get(near, ())]
        for purchase in candidates:
            apart = abs((day - purchase[1]).days)
            if apart <= WINDOW and currency == purchase[3] and abs(amount - purchase[2]) <= TOLERANCE:
                yield -matcher["confidence"][apart], apart, day, number, purchase[0], purchase


def write(number, purchase, confidence):
    with connection, connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {matcher["table"]} (truelayer_transaction_id, {matcher["column"]}, match_confidence, matched_at)
            VALUES (%s, %s, %s, now()) ON CONFLICT (truelayer_transaction_id) DO NOTHING""",
            (number, purchase[0], confidence),
        )
        cursor.execute(
            """INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description,
            order_id, match_confidence, match_method, is_primary) VALUES (%s, %s, %s, %s, %s, %s, 'amount_date_match', true)""",
            (number, vendor, purchase[0], purchase[4], purchase[5], confidence),
        )
        cursor.execute(
            "UPDATE truelayer_transactions SET pre_enrichment_status = 'Matched' WHERE id = %s", (number,)
        )


def work():
    purchases = read(matcher["purchases"])
    paid, taken = set(), set()
    for confidence, _, _, number, bought, purchase in sorted(pairs(purchases), key=lambda pair: pair[:5]):
        if number not in paid and bought not in taken:
            paid.add(number)
            taken.add(bought)
            write(number, purchase, -confidence)


tell(measured(work)[0])
