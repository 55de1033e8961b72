"""Amazon's order history: URL row_by_row|execute_values FILE."""

import csv
import os
import sys
from decimal import Decimal

import psycopg2
from psycopg2.extras import execute_values

from common import measured, tell

url, way, path = sys.argv[1:]
connection = psycopg2.connect(url)
COLUMNS = """order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file"""


def orders_of_file():
    orders = {}
    with open(path, encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            order = orders.setdefault(line["Order ID"], {"first": line, "total": Decimal(0), "names": []})
            order["total"] += Decimal(line["Total Owed"])
            order["names"].append(line["Product Name"])
    return [
        (
            number, order["first"]["Order Date"][:10], order["first"]["Website"], order["first"]["Currency"], order["total"],
            " | ".join(order["names"]), order["first"]["Order Status"], order["first"]["Shipment Status"],
            os.path.basename(path),
        )
        for number, order in orders.items()
    ]


def row_by_row():
    for order in orders_of_file():
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM amazon_orders WHERE order_id = %s", (order[0],))
            if cursor.fetchone() is None:
                places = ", ".join(["%s"] * len(order))
                cursor.execute(f"INSERT INTO amazon_orders ({COLUMNS}) VALUES ({places}) RETURNING id", order)


def in_pages():
    orders = orders_of_file()
    with connection, connection.cursor() as cursor:
        insert = f"INSERT INTO amazon_orders ({COLUMNS}) VALUES %s ON CONFLICT (order_id) DO NOTHING"
        execute_values(cursor, insert, orders, page_size=1000)


tell(measured(row_by_row if way == "row_by_row" else in_pages)[0])
