"""The SQL of a transaction with its enrichment."""

MEMBERS = [
    "primary_category", "subcategory", "merchant_clean_name", "merchant_type", "essential_discretionary", "payment_method",
    "payment_method_subtype", "confidence_score", "llm_provider", "llm_model", "enriched_at",
]

COLUMNS = "*, " + ", ".join(f"metadata -> 'enrichment' ->> '{member}' AS {member}" for member in MEMBERS)

LIST = f"SELECT {COLUMNS} FROM truelayer_transactions ORDER BY timestamp DESC, id DESC"

PAGE = f"""SELECT {COLUMNS} FROM truelayer_transactions WHERE (timestamp, id) < (%s, %s)
    ORDER BY timestamp DESC, id DESC LIMIT 50"""

SOURCES = """SELECT * FROM transaction_enrichment_sources WHERE truelayer_transaction_id = ANY (%s)
    ORDER BY is_primary DESC, match_confidence DESC, created_at, id"""
