"""Receipts and the payments that they belong to: URL by_day|each_with_each.

Each receipt is scored with the payments of the ten days around it, which are found by looking at every payment, as the old
application did, or by day. The best match is written on its own, with its source and its status.
"""

import re
import sys
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import psycopg2

from common import measured, tell

url, way = sys.argv[1:]
connection = psycopg2.connect(url)
WINDOW = 10
PAY = re.compile(r"\b(via )?(apple|google|samsung) ?pay\b")


def words(text):
    return " ".join(re.sub(r"\W", " ", text).split())


def bank_name(text):
    text = (text or "").lower()
    for prefix in ("payment to ", "card payment ", "direct debit ", "debit card "):
        text = text.removeprefix(prefix)
    for suffix in (" gb", " uk", " london", " www."):
        text = text.removesuffix(suffix)
    return words(PAY.sub(" ", words(text)))


def receipt_name(text):
    text = (text or "").strip().lower()
    for suffix in (" ltd", " limited", " inc", " plc", " llc", ".com", ".co.uk", " uk"):
        text = text.removesuffix(suffix)
    return words(text)


def has(whole, part):
    return bool(part) and f" {part}" in f" {whole}"


def score(total, amount, days, fits):
    """The confidence before its cap, and the method; nothing where the two do not belong together."""
    apart, difference = abs(days), abs(total - amount)
    exact = difference < Decimal("0.01") or (fits and total < 5 and difference < Decimal("0.50"))
    if exact and apart <= 2 and fits:
        found = 100, "exact_amount_date_merchant"
    elif exact and apart <= 4 and fits:
        found = 95, "exact_amount_close_date_merchant"
    elif exact and apart <= 4:
        found = 85, "exact_amount_close_date"
    elif exact and fits:
        found = 90, "exact_amount_wide_date_merchant"
    elif exact:
        found = 75, "exact_amount_wide_date"
    elif fits and difference <= total * Decimal("0.02"):
        found = 80, "fuzzy_amount_wide_date_merchant"
    else:
        return None
    if -4 <= days <= -1:
        return found[0] + 5, found[1] + "_early_receipt"
    return found


def read(statement):
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def best(receipt, payments, by_day):
    number, day, total, name = receipt
    if way == "each_with_each":
        candidates = payments
    else:
        days = (day + timedelta(offset) for offset in range(-WINDOW, WINDOW + 1))
        candidates = [payment for near in days for payment in by_day.get(near, ())]
    found = None
    for payment in candidates:
        days = (day - payment[1]).days
        if abs(days) > WINDOW:
            continue
        fits = has(payment[3], name) or has(name, payment[4]) or has(payment[4], name)
        scored = score(total, payment[2], days, fits)
        if scored:
            rank = (-scored[0], abs(days), not fits, payment[0], scored[1])
            if found is None or rank < found:
                found = rank
    return found


def write(number, name, found):
    confidence, payment, method = min(-found[0], 100), found[3], found[4]
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence, match_type,
            match_method, matched_at) VALUES (%s, %s, %s, 'standard', %s, now())""",
            (payment, number, confidence, method),
        )
        cursor.execute(
            "SELECT id FROM transaction_enrichment_sources WHERE truelayer_transaction_id = %s AND is_primary", (payment,)
        )
        is_primary = cursor.fetchone() is None
        cursor.execute(
            """INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description,
            match_confidence, match_method, is_primary) VALUES (%s, 'gmail', %s, %s, %s, %s, %s)""",
            (payment, number, name or f"Receipt #{number}", confidence, method, is_primary),
        )
        cursor.execute(
            """UPDATE truelayer_transactions SET pre_enrichment_status = 'Gmail'
            WHERE id = %s AND coalesce(pre_enrichment_status, 'None') = 'None'""",
            (payment,),
        )


def work():
    receipts = read(
        """SELECT id, coalesce(receipt_date, (received_at AT TIME ZONE 'UTC')::date), total_amount, merchant_name
        FROM gmail_receipts WHERE parsing_status = 'parsed' AND deleted_at IS NULL AND total_amount > 0
        AND id NOT IN (SELECT gmail_receipt_id FROM gmail_transaction_matches) ORDER BY 2, id"""
    )
    payments = [
        (number, day, amount, bank_name(description), bank_name(merchant))
        for number, day, amount, description, merchant in read(
            """SELECT id, (timestamp AT TIME ZONE 'UTC')::date, amount, description, merchant_name
            FROM truelayer_transactions WHERE transaction_type = 'DEBIT' AND amount > 0"""
        )
    ]
    by_day = defaultdict(list)
    for payment in payments:
        by_day[payment[1]].append(payment)
    for number, day, total, name in receipts:
        found = best((number, day, total, receipt_name(name)), payments, by_day)
        if found:
            write(number, name, found)


tell(measured(work)[0])
