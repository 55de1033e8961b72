"""A bank's export: URL row_by_row|execute_values|sqlalchemy FILE. The account is there, and has id 1."""

import json
import sys
from decimal import Decimal

from common import measured, tell
from detector import at_word_start

url, way, path = sys.argv[1:]

COLUMNS = [
    "account_id", "transaction_id", "normalised_provider_transaction_id", "timestamp", "description", "amount", "currency",
    "transaction_type", "transaction_category", "merchant_name", "running_balance", "metadata", "pre_enrichment_status",
]


def rows_of_file():
    with open(path, encoding="utf-8") as file:
        records = json.load(file, parse_float=Decimal)["results"]
    return [row_of(record) for record in records]


def row_of(record):
    description, kind = record["description"], record["transaction_type"]
    merchant = record.get("merchant_name") or description.split(",")[0].strip()
    metadata = {
        "provider_id": record.get("provider_id"),
        "provider_transaction_id": record.get("provider_transaction_id"),
        "meta": record.get("meta") or {},
        "transaction_category": record.get("transaction_category"),
        "transaction_classification": record.get("transaction_classification"),
    }
    balance = (record.get("running_balance") or {}).get("amount")
    return (
        1, record["transaction_id"], record["normalised_provider_transaction_id"], record["timestamp"], description,
        abs(Decimal(record["amount"])), record["currency"], kind, "Other", merchant,
        None if balance is None else Decimal(balance), metadata, at_word_start(f"{description}\n{merchant}".upper(), kind),
    )


def row_by_row():
    import psycopg2
    from psycopg2.extras import Json

    connection = psycopg2.connect(url)
    names, places = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))

    def work():
        for row in rows_of_file():
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM truelayer_transactions WHERE normalised_provider_transaction_id = %s", (row[2],)
                )
                if cursor.fetchone() is None:
                    cursor.execute(
                        f"INSERT INTO truelayer_transactions ({names}) VALUES ({places}) RETURNING id",
                        (*row[:11], Json(row[11]), row[12]),
                    )

    return work


def execute_values():
    import psycopg2
    from psycopg2.extras import Json, execute_values

    connection = psycopg2.connect(url)
    insert = f"""INSERT INTO truelayer_transactions ({", ".join(COLUMNS)}) VALUES %s
        ON CONFLICT (normalised_provider_transaction_id) DO NOTHING"""

    def work():
        rows = [(*row[:11], Json(row[11]), row[12]) for row in rows_of_file()]
        with connection, connection.cursor() as cursor:
            execute_values(cursor, insert, rows, page_size=1000)

    return work


def sqlalchemy():
    from sqlalchemy import MetaData, Table, create_engine
    from sqlalchemy.dialects.postgresql import insert

    engine = create_engine("postgresql+psycopg2://" + url.split("://", 1)[1])
    table = Table("truelayer_transactions", MetaData(), autoload_with=engine)

    def work():
        rows = [dict(zip(COLUMNS, row)) for row in rows_of_file()]
        with engine.begin() as connection:
            for start in range(0, len(rows), 1000):
                statement = insert(table).values(rows[start : start + 1000])
                connection.execute(
                    statement.on_conflict_do_nothing(index_elements=["normalised_provider_transaction_id"])
                )

    return work


work = {"row_by_row": row_by_row, "execute_values": execute_values, "sqlalchemy": sqlalchemy}[way]()
tell(measured(work)[0])
