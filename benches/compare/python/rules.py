"""Rules on transactions, each transaction tried with rule after rule, written and committed: URL."""

import re
import sys

import psycopg2
from psycopg2.extras import Json, RealDictCursor

from common import measured, tell

connection = psycopg2.connect(sys.argv[1], cursor_factory=RealDictCursor)


def compiled(rule, text):
    """A test for upper-cased text and the text as it is written."""
    pattern, kind = rule[text], rule["pattern_type"] or "contains"
    upper = pattern.upper()
    if kind == "contains":
        return lambda written, shouted: upper in shouted
    if kind == "starts_with":
        return lambda written, shouted: shouted.startswith(upper)
    if kind == "exact":
        return lambda written, shouted: shouted == upper
    expression = re.compile(pattern, re.IGNORECASE)
    return lambda written, shouted: expression.search(written) is not None


def read(statement):
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def first(tests, written, shouted):
    for rule, fits in tests:
        if fits(written, shouted):
            return rule
    return None


def write(number, rule, merchant, essential):
    name = merchant and merchant["normalized_name"]
    enrichment = {
        "primary_category": rule["category"],
        "subcategory": rule["subcategory"],
        "merchant_clean_name": name,
        "merchant_type": merchant and merchant["merchant_type"],
        "essential_discretionary": "Essential" if rule["category"] in essential else "Discretionary",
        "confidence_score": 1.0,
        "llm_provider": "rule",
        "llm_model": "consistency_rule",
        "enrichment_source": "rule",
        "matched_rule": rule["rule_name"],
        "matched_merchant": name,
    }
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """UPDATE truelayer_transactions SET metadata = jsonb_set(coalesce(metadata, '{}'), '{enrichment}', %s),
            transaction_category = %s, merchant_name = coalesce(%s, merchant_name), enrichment_required = false
            WHERE id = %s""",
            (Json(enrichment), rule["category"], name, number),
        )
        cursor.execute("UPDATE category_rules SET usage_count = usage_count + 1 WHERE id = %s", (rule["id"],))
        if merchant:
            cursor.execute(
                "UPDATE merchant_normalizations SET usage_count = usage_count + 1 WHERE id = %s", (merchant["id"],)
            )


def work():
    rules = read("SELECT * FROM category_rules WHERE is_active ORDER BY priority DESC, id")
    merchants = read("SELECT * FROM merchant_normalizations ORDER BY priority DESC, id")
    essential = {row["name"] for row in read("SELECT name FROM normalized_categories WHERE is_essential AND is_active")}
    rules = [(rule, compiled(rule, "description_pattern")) for rule in rules]
    merchants = [(merchant, compiled(merchant, "pattern")) for merchant in merchants]
    for row in read("SELECT id, description, transaction_type FROM truelayer_transactions"):
        written = row["description"]
        shouted = written.upper()
        kind = row["transaction_type"]
        fitting = ((rule, fits) for rule, fits in rules if not rule["transaction_type"] or rule["transaction_type"] == kind)
        rule = first(fitting, written, shouted)
        if rule:
            write(row["id"], rule, first(merchants, written, shouted), essential)


tell(measured(work)[0])
