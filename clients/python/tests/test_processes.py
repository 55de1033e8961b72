"""The processes behind the module: how they start, share the work, die and end."""

import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from support import DatabaseTest, Sql, database_postgres as database, python


def pids():
    """The processes of this Python process, the free ones last."""
    return [process.popen.pid for process in database._the_pool().processes]


def is_gone(pid):
    """Whether a process ends within some seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if has_ended(pid):
            return True
        time.sleep(0.05)
    return False


def has_ended(pid):
    """Whether a process that is still listed has ended with all its threads."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return ") Z " in stat.read()


class ProcessTest(DatabaseTest):
    def setUp(self):
        super().setUp()
        database.init_pool()
        self.assertEqual(len(pids()), 1)

    def settings(self, **variables):
        """Sets environment variables for this test, and starts anew with them."""
        before = {name: os.environ.get(name) for name in variables}

        def restore():
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            database.init_pool()

        self.addCleanup(restore)
        os.environ.update(variables)
        database.init_pool()

    def block(self, table="categories"):
        """Makes calls that need the table wait until the lock is given up."""
        self.locker = Sql()
        self.addCleanup(self.locker.close)
        self.locker.run(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

    def waiting(self, count):
        """Waits until so many calls wait for a lock."""
        for _ in range(400):
            if self.sql.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == count:
                return
            time.sleep(0.025)
        self.fail(f"there never are {count} calls that wait")


class Threads(ProcessTest):
    def test_many_threads_get_their_own_answers(self):
        users = [database.insert_user(f"u{place}", f"u{place}@example.com", "hash") for place in range(20)]
        with ThreadPoolExecutor(16) as threads:
            for _ in range(20):
                found = list(threads.map(database.get_user_by_id, users))
                self.assertEqual([user["id"] for user in found], users)
        self.assertLessEqual(len(pids()), 4)
        self.assertGreater(len(pids()), 1)
        self.assertEqual(len(database._the_pool().free), len(pids()))

    def test_calls_run_at_the_same_time(self):
        self.settings(SPENDING_DB_PROCESSES="3")
        self.block()
        with ThreadPoolExecutor(4) as threads:
            blocked = [threads.submit(database.get_all_categories) for _ in range(2)]
            self.waiting(2)
            self.assertIsNone(database.get_user_by_id(1))
            self.locker.run("ROLLBACK")
            self.assertEqual([call.result(10) for call in blocked], [[], []])
        self.assertEqual(len(pids()), 3)

    def test_a_call_waits_for_a_process_but_not_for_ever(self):
        self.settings(SPENDING_DB_PROCESSES="1")
        pool = database._the_pool()
        self.block()
        with ThreadPoolExecutor(1) as threads:
            blocked = threads.submit(database.get_all_categories)
            self.waiting(1)
            pool.timeout = 0.3
            with self.assertRaisesRegex(database.PoolError, "all 1 processes"):
                database.get_user_by_id(1)
            pool.timeout = 30
            threading.Timer(0.1, self.locker.run, ["ROLLBACK"]).start()
            self.assertIsNone(database.get_user_by_id(1))
            self.assertEqual(blocked.result(10), [])

    def test_the_longest_wait_is_a_setting(self):
        for text, seconds in [("500ms", 0.5), ("30", 30), ("30s", 30), ("1.5min", 90), ("2h", 7200)]:
            self.assertEqual(database._seconds(text), seconds)
        self.settings(SPENDING_DB_CHECKOUT_TIMEOUT="90s")
        self.assertEqual(database._the_pool().timeout, 90)

    def test_settings_that_make_no_sense(self):
        for variables in [
            {"SPENDING_DB_PROCESSES": "0"},
            {"SPENDING_DB_PROCESSES": "many"},
            {"SPENDING_DB_CHECKOUT_TIMEOUT": "soon"},
            {"SPENDING_DB_CHECKOUT_TIMEOUT": "1.2.3"},
        ]:
            with self.subTest(variables), self.assertRaisesRegex(database.Unavailable, f"{[*variables][0]} takes"):
                self.settings(**variables)
            self.doCleanups()


class Death(ProcessTest):
    def test_a_process_that_died_idle_is_replaced(self):
        (pid,) = pids()
        os.kill(pid, signal.SIGKILL)
        self.assertTrue(is_gone(pid))
        with self.assertLogs(database._log, "WARNING") as log:
            self.assertEqual(database.get_all_categories(), [])
        self.assertIn("was killed by signal 9; another is started", log.output[-1])
        (other,) = pids()
        self.assertNotEqual(other, pid)

    def test_a_process_that_dies_unseen_is_replaced_too(self):
        """It is gone when the call is written, but was alive when it was taken."""
        (process,) = database._the_pool().processes
        process.popen.kill()
        process.popen.wait()
        process.is_alive = lambda: True
        self.assertEqual(database.get_all_categories(), [])

    def test_a_call_in_flight_is_told_and_not_repeated(self):
        self.block("security_audit_log")
        with ThreadPoolExecutor(1) as threads:
            blocked = threads.submit(database.log_security_event, None, "logout", True)
            self.waiting(1)
            (pid,) = pids()
            os.kill(pid, signal.SIGKILL)
            with self.assertRaises(database.ProcessDied) as caught:
                blocked.result(10)
        told = f"log_security_event: spending-db rpc \\(process {pid}\\) was killed by signal 9 during the call"
        self.assertRegex(str(caught.exception), told)
        self.assertIsInstance(caught.exception, database.OperationalError)
        self.assertEqual(database.get_all_categories(), [])
        self.assertEqual(len(pids()), 1)
        self.locker.run("ROLLBACK")
        self.waiting(0)
        self.assertLessEqual(self.sql.value("SELECT count(*) FROM security_audit_log"), 1)

    def test_no_place_is_lost_by_deaths(self):
        self.settings(SPENDING_DB_PROCESSES="2")
        for _ in range(6):
            for pid in pids():
                os.kill(pid, signal.SIGKILL)
            with ThreadPoolExecutor(4) as threads:
                for call in [threads.submit(database.get_all_categories) for _ in range(8)]:
                    try:
                        self.assertEqual(call.result(20), [])
                    except database.ProcessDied:
                        pass
        self.assertEqual(database.get_all_categories(), [])
        self.assertLessEqual(len(pids()), 2)
        self.assertEqual(database._the_pool().places, len(pids()))

    def test_a_lost_connection_to_the_database_is_made_again(self):
        self.assertEqual(database.get_all_categories(), [])
        killed = self.sql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'spending-db' AND datname = current_database()"
        )
        self.assertIn("t", killed)
        self.assertEqual(self.soon(database.get_all_categories), [])

    def soon(self, call):
        """Calls again where a call came between the end of the server's process and that of its socket."""
        for _ in range(100):
            try:
                return call()
            except database.ConnectionFailure:
                time.sleep(0.01)
        return call()

    def test_an_interrupted_call_gives_up_its_process(self):
        class Interrupt(BaseException):
            pass

        def interrupt(_signal, _frame):
            raise Interrupt

        self.block()
        (pid,) = pids()
        before = signal.signal(signal.SIGALRM, interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with self.assertRaises(Interrupt):
            database.get_all_categories()
        self.assertTrue(is_gone(pid))
        self.locker.run("ROLLBACK")
        self.assertEqual(database.get_all_categories(), [])


class Starting(ProcessTest):
    def test_init_pool_starts_anew(self):
        before = pids()
        self.assertIsNone(database.init_pool())
        self.assertNotEqual(pids(), before)
        self.assertTrue(is_gone(before[0]))

    def test_init_pool_lets_a_call_in_flight_end(self):
        self.block()
        with ThreadPoolExecutor(1) as threads:
            blocked = threads.submit(database.get_all_categories)
            self.waiting(1)
            (pid,) = pids()
            database.init_pool()
            self.locker.run("ROLLBACK")
            self.assertEqual(blocked.result(10), [])
        self.assertTrue(is_gone(pid))

    def test_init_pool_lets_a_call_that_waits_go_on(self):
        self.settings(SPENDING_DB_PROCESSES="1")
        self.block()
        with ThreadPoolExecutor(2) as threads:
            blocked = threads.submit(database.get_all_categories)
            self.waiting(1)
            waits = threads.submit(database.get_user_by_id, 1)
            while not database._the_pool().changed._waiters:
                time.sleep(0.01)
            database.init_pool()
            self.locker.run("ROLLBACK")
            self.assertEqual((blocked.result(5), waits.result(5)), ([], None))
        self.assertEqual(len(pids()), 1)

    def test_a_database_that_is_not_there(self):
        code = (
            "import database_postgres as database\n"
            "for call in (database.init_pool, database.get_all_categories):\n"
            "    try:\n"
            "        call()\n"
            "    except database.OperationalError as error:\n"
            "        print(error)\n"
        )
        outcome = python(code, DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:1/none")
        for line in outcome.stdout.splitlines():
            self.assertRegex(line, "^spending-db rpc: cannot connect to PostgreSQL: .*refused")
        self.assertEqual(len(outcome.stdout.splitlines()), 2)
        self.assertNotIn("hunter2", outcome.stdout + outcome.stderr)

    def test_env_is_read_where_the_module_was_loaded(self):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, ".env"), "w", encoding="utf-8") as env:
                env.write(f"DATABASE_URL='{os.environ['DATABASE_URL']}'\n")
            outcome = python(
                "import os, sys\n"
                "os.chdir(sys.argv[1])\n"
                "import database_postgres as database\n"
                "os.chdir('/')\n"
                "print(database.get_all_categories(), database._variables()['DATABASE_URL'] == sys.argv[2])\n",
                folder,
                os.environ["DATABASE_URL"],
                DATABASE_URL=None,
            )
        self.assertEqual((outcome.stdout, outcome.stderr), ("[] True\n", ""))

    def test_what_a_process_says_goes_to_the_log(self):
        self.settings(SPENDING_DB_LOG="spending_db::sql=debug")
        with self.assertLogs(database._log, "DEBUG") as log:
            database.get_all_categories()
            database.get_all_categories()
        self.assertTrue(any("FROM \"categories\"" in line and line.startswith("DEBUG:") for line in log.output), log.output)

    def test_a_flood_of_log_lines_blocks_nobody(self):
        self.settings(SPENDING_DB_LOG="trace")
        with self.assertLogs(database._log, 1):
            for place in range(100):
                database.create_custom_category(f"c{place} {'x' * 80}")
        self.assertEqual(len(database.get_all_categories()), 100)


class Forks(ProcessTest):
    def test_a_child_starts_its_own_process(self):
        parents = pids()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                answer = database.get_all_categories()
                mine = pids()
                database._close()
                os.write(write, f"{answer} {len(mine)} {set(mine) & set(parents)}".encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as said:
            self.assertEqual(said.read(), "[] 1 set()")
        os.waitpid(child, 0)
        self.assertEqual(database.get_all_categories(), [])
        self.assertEqual(pids(), parents)

    def test_a_child_that_is_forked_while_threads_call(self):
        stop = threading.Event()

        def keep_calling():
            while not stop.is_set():
                database.get_all_categories()

        with ThreadPoolExecutor(3) as threads:
            callers = [threads.submit(keep_calling) for _ in range(3)]
            for _ in range(10):
                child = os.fork()
                if child == 0:
                    status = 1
                    try:
                        status = 0 if database.get_all_categories() == [] else 2
                        database._close()
                    finally:
                        os._exit(status)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
            stop.set()
            for caller in callers:
                caller.result(10)

    def test_the_parents_processes_end_with_the_parent_alone(self):
        code = (
            "import os, time, database_postgres as database\n"
            "database.get_all_categories()\n"
            "(process,) = database._the_pool().processes\n"
            "print(process.popen.pid, flush=True)\n"
            "if os.fork() == 0:\n"
            "    os.closerange(0, 3)\n"
            "    time.sleep(30)\n"
        )
        started = time.monotonic()
        pid = int(python(code).stdout)
        self.assertTrue(is_gone(pid))
        self.assertLess(time.monotonic() - started, 20)


class Ends(ProcessTest):
    CODE = (
        "import database_postgres as database, sys, threading\n"
        "database.get_all_categories()\n"
        "(process,) = database._the_pool().processes\n"
        "print(process.popen.pid, flush=True)\n"
    )

    def test_the_process_ends_with_python(self):
        for end in ("", "sys.exit(3)\n", "raise RuntimeError\n", "import os; os._exit(0)\n"):
            outcome = python(self.CODE + end)
            self.assertTrue(is_gone(int(outcome.stdout)), end)
            if "RuntimeError" not in end:
                self.assertEqual(outcome.stderr, "", end)

    def test_the_process_ends_with_a_python_that_is_killed(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            # A shell lets what it runs in the background ignore SIGINT.
            code = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n" + self.CODE
            command = [sys.executable, "-c", code + "sys.stdin.read()\n"]
            environment = {**os.environ, "PYTHONPATH": os.path.dirname(database.__file__)}
            with subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as process:
                pid = int(process.stdout.readline())
                process.send_signal(number)
                process.wait(10)
            self.assertTrue(is_gone(pid), number)

    def test_python_ends_while_a_daemon_thread_calls(self):
        self.block()
        code = self.CODE.replace("get_all_categories()", "get_user_by_id(1)") + (
            "threading.Thread(target=database.create_custom_category, args=('Tea',), daemon=True).start()\n"
            "import time; time.sleep(0.5)\n"
        )
        outcome = python(code)
        self.assertEqual(outcome.returncode, 0)
        self.assertTrue(is_gone(int(outcome.stdout)))


if __name__ == "__main__":
    unittest.main()
