"""Arguments and answers are the Python values that they were."""

import dataclasses
import json
import subprocess
import unittest
import uuid
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from support import DatabaseTest, database_postgres as database

# What old answers were where JSON has no word for it.
SHAPES = {
    "clear_amazon_orders": "tuple",
    "get_all_enrichment_sources_for_transactions": "int_keys",
    "get_apple_order_ids": "set",
    "get_batch_llm_enrichment_context": "int_keys",
    "get_essential_category_names": "set",
    "import_amazon_business_orders": "tuple",
    "import_amazon_orders": "tuple",
    "import_amazon_returns": "tuple",
    "import_apple_transactions": "tuple",
}


class Shapes(unittest.TestCase):
    def test_the_program_says_which_answers_were_tuples_sets_and_mappings_of_ints(self):
        listed = json.loads(subprocess.check_output([database._program(), "rpc", "--methods"]))
        returns = {description["name"]: description["returns"] for description in listed}
        wanted = {name: shape for name, shape in SHAPES.items() if name in returns}
        self.assertGreaterEqual(len(wanted), 2)
        self.assertEqual({name: shape for name, shape in returns.items() if shape != "value"}, wanted)

    def test_each_shape_is_restored(self):
        self.assertEqual(database._SHAPES["tuple"]([3, 1]), (3, 1))
        self.assertEqual(database._SHAPES["set"](["b", "a"]), {"a", "b"})
        self.assertEqual(database._SHAPES["int_keys"]({"12": "x"}), {12: "x"})


class Values(DatabaseTest):
    def setUp(self):
        super().setUp()
        self.user = database.insert_user("maple", "maple@example.com", "hash")
        self.connection = database.save_bank_connection(self.user, "bank", "token", "token", None)
        self.account = database.save_connection_account(
            self.connection, "acc", "Current", "TRANSACTION", currency="GBP"
        )

    def transaction(self, amount=Decimal("12.30"), when="2025-03-01T09:30:00Z", metadata=None):
        name = uuid.uuid4().hex
        return database.insert_truelayer_transaction(
            self.account, name, name, when, "Tea", amount, "GBP", "DEBIT", "PURCHASE", "Shop", None, metadata or {}
        )

    def stored(self, transaction):
        return database.get_truelayer_transaction_by_pk(transaction)

    def test_decimals_keep_their_digits(self):
        for amount in (Decimal("12.30"), Decimal("-0.05"), Decimal("1E+3"), Decimal("9999999999.99")):
            stored = self.stored(self.transaction(amount))["amount"]
            self.assertIs(type(stored), Decimal)
            self.assertEqual(stored, amount)
        self.assertEqual(str(self.stored(self.transaction(Decimal("12.30")))["amount"]), "12.30")

    def test_floats_are_taken_by_their_shortest_text(self):
        self.assertEqual(self.stored(self.transaction(0.1))["amount"], Decimal("0.1"))
        self.assertEqual(self.stored(self.transaction(1e-2))["amount"], Decimal("0.01"))
        for amount in (float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")):
            with self.assertRaises(ValueError):
                self.transaction(amount)

    def test_times_are_aware_and_in_utc(self):
        noon = datetime(2025, 3, 1, 12, 0, 0, 250, timezone.utc)
        for when in (
            noon,
            noon.astimezone(timezone(timedelta(hours=5, minutes=30))),
            noon.replace(tzinfo=None),
            "2025-03-01T12:00:00.000250Z",
            "2025-03-01 14:00:00.000250+02:00",
        ):
            stored = self.stored(self.transaction(when=when))["timestamp"]
            self.assertEqual(stored, noon)
            self.assertEqual(stored.utcoffset(), timedelta(0))
        midnight = self.stored(self.transaction(when=date(2025, 3, 1)))["timestamp"]
        self.assertEqual(midnight, datetime(2025, 3, 1, tzinfo=timezone.utc))

    def test_fractions_of_a_second_of_any_length(self):
        for text, microsecond in [("", 0), (".5", 500000), (".000001", 1), (".123456789", 123456)]:
            moment = database._time(f"2025-03-01T12:00:00{text}Z")
            self.assertEqual(moment, datetime(2025, 3, 1, 12, 0, 0, microsecond, timezone.utc))

    def test_days_are_dates(self):
        job = database.create_import_job(self.user, from_date=date(2025, 1, 31), to_date="2025-02-28")
        stored = database.get_import_job(job)
        self.assertEqual(stored["from_date"], date(2025, 1, 31))
        self.assertIs(type(stored["to_date"]), date)

    def test_json_of_a_column_comes_back_as_it_went(self):
        metadata = {
            "list": [1, 2.5, None, True, "é\u2028\U0001f600"],
            "typed": {"$numeric": "1.50"},
            "more": [{"$date": "2025-03-01"}, {"$json": "x"}, {"$other": {}}],
            "deep": {"a": {"b": {}}},
        }
        self.assertEqual(self.stored(self.transaction(metadata=metadata))["metadata"], metadata)

    def test_keys_keep_the_order_of_the_old_answer(self):
        keys = list(database.get_user_by_id(self.user))
        self.assertEqual(keys[:5], ["id", "username", "email", "password_hash", "is_admin"])

    def test_mappings_by_transaction_have_whole_numbers_as_keys(self):
        transaction = self.transaction()
        database.add_enrichment_source(transaction, "manual", "Tea for two")
        ids = (transaction, transaction)
        self.assertEqual(database.get_batch_llm_enrichment_context(ids), {transaction: "Manual: Tea for two"})
        self.assertEqual(database.get_batch_llm_enrichment_context({transaction}), {transaction: "Manual: Tea for two"})
        sources = database.get_all_enrichment_sources_for_transactions([transaction])
        self.assertEqual(sources[transaction][0]["description"], "Tea for two")
        self.assertEqual(database.get_batch_llm_enrichment_context([]), {})

    def test_what_the_database_took_is_still_taken(self):
        transaction = self.transaction()
        for number in (str(transaction), f" {transaction}", float(transaction), Decimal(transaction)):
            self.assertEqual(self.stored(number)["id"], transaction)
        database.log_enrichment_failure(transaction, RuntimeError("no answer"), 1, provider="x", error_type=None)
        message = self.sql.value("SELECT to_json(error_message) FROM llm_enrichment_failures")
        self.assertEqual(message, "no answer")
        mapping = database.add_account_mapping(200415, "71520034", friendly_name="Savings")
        self.assertEqual(database.get_account_mapping_by_details("200415", 71520034)["id"], mapping)
        for wrong in ("1.5", "", "one", 1.5, float("nan"), True):
            with self.assertRaises(ValueError):
                self.stored(wrong)

    def test_an_enrichment_may_be_a_mapping_or_an_object(self):
        @dataclasses.dataclass
        class Enrichment:
            primary_category: str
            confidence_score: Decimal = Decimal("0.75")
            answer: object = dataclasses.field(default_factory=object)

        class Slots:
            __slots__ = ("subcategory",)
            primary_category = "Groceries"

        transaction = self.transaction()
        for enrichment in (Enrichment("Groceries"), Slots(), OrderedDict(primary_category="Groceries")):
            self.assertIs(database.update_transaction_with_enrichment(transaction, enrichment), True)
            self.assertEqual(self.stored(transaction)["metadata"]["enrichment"]["primary_category"], "Groceries")

    def test_what_has_no_place_in_an_answer_is_refused(self):
        for value in (b"x", bytearray(b"x"), memoryview(b"x"), object(), Decimal, (item for item in "x"), 1j):
            with self.assertRaises(TypeError):
                self.transaction(metadata={"x": value})
        with self.assertRaises(ValueError):
            self.transaction(metadata={"x": "\ud800"})
        for value, error in (("x", ValueError), (None, ValueError), ([], ValueError), (object(), TypeError)):
            with self.assertRaises(error):
                database.update_transaction_with_enrichment(1, value)


if __name__ == "__main__":
    unittest.main()
