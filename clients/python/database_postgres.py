"""The functions of the old data layer, answered by ``spending-db rpc``.

Put this file where the old module was found: names, arguments, defaults and answers are the old ones. The functions are
those that the program ``spending-db`` lists; a call starts a process of it when none is free, at most
SPENDING_DB_PROCESSES of them (4). README.md beside this file says the rest.
"""

import atexit
import contextlib
import dataclasses
import enum
import inspect
import json
import logging
import math
import os
import re
import select
import shutil
import subprocess
import threading
import time
import types
import uuid
from collections import abc, deque
from datetime import date, datetime, timezone
from decimal import Decimal

try:
    import psycopg2
    import psycopg2.errors
    from psycopg2 import (
        DatabaseError,
        DataError,
        Error,
        IntegrityError,
        InterfaceError,
        InternalError,
        NotSupportedError,
        OperationalError,
        ProgrammingError,
    )
    from psycopg2.pool import PoolError
except ImportError:
    psycopg2 = None

    class Error(Exception):
        """As psycopg2.Error."""

    class InterfaceError(Error):
        """As psycopg2.InterfaceError."""

    class DatabaseError(Error):
        """As psycopg2.DatabaseError."""

    class DataError(DatabaseError):
        """As psycopg2.DataError."""

    class IntegrityError(DatabaseError):
        """As psycopg2.IntegrityError."""

    class InternalError(DatabaseError):
        """As psycopg2.InternalError."""

    class NotSupportedError(DatabaseError):
        """As psycopg2.NotSupportedError."""

    class OperationalError(DatabaseError):
        """As psycopg2.OperationalError."""

    class ProgrammingError(DatabaseError):
        """As psycopg2.ProgrammingError."""

    class PoolError(Error):
        """As psycopg2.pool.PoolError."""


_log = logging.getLogger(__name__)


# --- errors ----------------------------------------------------------------------------------------------------------

_DIAGNOSTICS = (
    "column_name constraint_name context datatype_name internal_position internal_query message_detail message_hint "
    "message_primary schema_name severity severity_nonlocalized source_file source_function source_line sqlstate "
    "statement_position table_name"
).split()


class SpendingDbError(Error):
    """Any error of a call. `kind` is the program's word for it; pgcode, pgerror and diag are as psycopg2 has them."""

    kind = None
    pgcode = None
    pgerror = None
    diag = types.SimpleNamespace(**dict.fromkeys(_DIAGNOSTICS))

    def __reduce__(self):
        return _again, (type(self), self.args, vars(self))


def _again(cls, arguments, members):
    """An exception that was sent to another process."""
    failure = cls(*arguments)
    vars(failure).update(members)
    return failure


def _driver(code, base):
    """The class that psycopg2 has for an SQLSTATE, else one to stand for it."""
    with contextlib.suppress(AttributeError, KeyError):
        return psycopg2.errors.lookup(code)
    return base


class UniqueViolation(SpendingDbError, _driver("23505", IntegrityError), ValueError):
    """It is there already."""


class ForeignKeyViolation(SpendingDbError, _driver("23503", IntegrityError)):
    """A row that is referred to is missing, or still needed."""


class NotNullViolation(SpendingDbError, _driver("23502", IntegrityError), ValueError):
    """A value is needed."""


class CheckViolation(SpendingDbError, _driver("23514", IntegrityError), ValueError):
    """A value does not fit its place."""


class InvalidTextRepresentation(SpendingDbError, _driver("22P02", DataError), ValueError):
    """An argument is of the wrong type."""


class DatetimeFieldOverflow(SpendingDbError, _driver("22008", DataError), ValueError):
    """A day or time that there is not."""


class InvalidDatetimeFormat(DatetimeFieldOverflow, _driver("22007", DataError)):
    """No day, or no time."""


class InvalidRowCountInLimitClause(SpendingDbError, _driver("2201W", DataError), ValueError):
    """A limit below zero."""


class InvalidRowCountInResultOffsetClause(SpendingDbError, _driver("2201X", DataError), ValueError):
    """An offset below zero."""


class SerializationFailure(SpendingDbError, _driver("40001", OperationalError)):
    """Another transaction came first; the call can be made again."""


class ReadOnlySqlTransaction(SpendingDbError, _driver("25006", InternalError)):
    """The database takes no changes now."""


class ConnectionFailure(SpendingDbError, _driver("08006", OperationalError)):
    """The server cannot be reached."""


class InvalidArgument(SpendingDbError, DataError, ValueError):
    """An argument that the function does not take."""


class NotFound(ForeignKeyViolation, LookupError):
    """The row that the call is about is missing."""

    pgcode = "23503"


class Unavailable(SpendingDbError, OperationalError):
    """No process could be started, or its settings or its database are not as they should be."""


class ProcessDied(SpendingDbError, OperationalError):
    """The process ended during the call. Whether the call was carried out is not known; it is not repeated."""


class PoolTimeout(SpendingDbError, PoolError, OperationalError):
    """Nothing became free in time."""


class DatabaseFailure(SpendingDbError, DatabaseError):
    """Anything else that the database reports."""


class Fault(SpendingDbError, InternalError):
    """A fault of the program, or of this module."""


_BY_SQLSTATE = {
    "23505": UniqueViolation,
    "23503": ForeignKeyViolation,
    "23502": NotNullViolation,
    "23514": CheckViolation,
    "22P02": InvalidTextRepresentation,
    "22007": InvalidDatetimeFormat,
    "2201W": InvalidRowCountInLimitClause,
    "2201X": InvalidRowCountInResultOffsetClause,
    "40001": SerializationFailure,
    "25006": ReadOnlySqlTransaction,
    "08006": ConnectionFailure,
}
_BY_KIND = {
    "invalid_params": InvalidArgument,
    "invalid_input": CheckViolation,
    "not_found": NotFound,
    "pool_timeout": PoolTimeout,
    "config": Unavailable,
    "migration": Unavailable,
    "database": DatabaseFailure,
    "import": DatabaseFailure,
}


def _failure(error):
    """The exception for the member `error` of an answer."""
    data = error.get("data") or {}
    code, kind, message = data.get("sqlstate"), data.get("kind"), error["message"]
    failure = (_BY_SQLSTATE.get(code) or _BY_KIND.get(kind, Fault))(message)
    failure.kind, failure.pgerror = kind, message
    failure.pgcode = code or failure.pgcode
    told = dict.fromkeys(_DIAGNOSTICS)
    told.update(
        sqlstate=failure.pgcode,
        message_primary=message,
        constraint_name=data.get("constraint"),
        column_name=data.get("field") or data.get("argument"),
    )
    failure.diag = types.SimpleNamespace(**told)
    return failure


# --- values ----------------------------------------------------------------------------------------------------------


def _plain(value):
    """A value that JSON has no word for, as the program takes it."""
    if isinstance(value, (Decimal, uuid.UUID, BaseException)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, abc.Set):
        return list(value)
    if isinstance(value, abc.Mapping):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"a value of type {type(value).__name__} cannot be an argument")


def _fit(takes, value):
    """An argument as its parameter takes it, where the database was less strict than JSON is."""
    if takes.startswith("a whole number"):
        if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]+\s*", value):
            return int(value)
        if isinstance(value, (float, Decimal)) and math.isfinite(value) and value == int(value):
            return int(value)
    elif takes == "a text":
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return str(value)
    elif takes.startswith("an object with") and not isinstance(value, abc.Mapping):
        return {name: getattr(value, name) for name in re.findall(r"\w+", takes) if hasattr(value, name)} or value
    return value


def _time(text):
    """An instant of RFC 3339 in UTC."""
    clock, _, fraction = text.rstrip("Z").partition(".")
    microsecond = int(fraction[:6].ljust(6, "0"))
    return datetime.fromisoformat(clock).replace(microsecond=microsecond, tzinfo=timezone.utc)


_TYPES = {"$numeric": Decimal, "$time": _time, "$date": date.fromisoformat, "$json": json.loads}


def _restore(members):
    """What an object of an answer stands for."""
    if len(members) == 1:
        ((name, text),) = members.items()
        if name in _TYPES and isinstance(text, str):
            return _TYPES[name](text)
    return members


_SHAPES = {
    "tuple": tuple,
    "set": set,
    "int_keys": lambda answer: {int(key): value for key, value in answer.items()},
}


# --- processes -------------------------------------------------------------------------------------------------------

# The program looks for `.env` where this module was loaded, whatever the working directory is by now.
_FOLDER = os.getcwd()

_LEVELS = {"ERROR": logging.ERROR, "WARN": logging.WARNING, "INFO": logging.INFO, "DEBUG": logging.DEBUG, "TRACE": 5}

# A process answers one call at a time.
_ONE_CONNECTION = {"SPENDING_DB_POOL_SIZE": "1", "SPENDING_DB_POOL_MIN_IDLE": "1"}


def _program():
    """The path of `spending-db`."""
    named = os.environ.get("SPENDING_DB_PROGRAM")
    if named:
        return os.path.join(_FOLDER, named) if os.sep in named else named
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spending-db")
    return shutil.which("spending-db") or (beside if os.access(beside, os.X_OK) else "spending-db")


class _NotSent(Exception):
    """The process was gone before it had the whole line."""


class _Process:
    """A process of `spending-db rpc`, used by one thread at a time."""

    def __init__(self):
        command = [_program(), "rpc"]
        try:
            # Unbuffered: there is no lock that a fork could leave locked. A session of its own: Ctrl-C is for Python.
            self.popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=_FOLDER,
                env={**os.environ, **_ONE_CONNECTION},
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"{command[0]} cannot be started (SPENDING_DB_PROGRAM): {error.strerror}") from error
        self.said = deque(maxlen=20)
        self.half_line = b""
        self.poll = select.poll()
        for pipe in (self.popen.stdout, self.popen.stderr):
            self.poll.register(pipe, select.POLLIN)
        try:
            self.exchange(b'{"jsonrpc":"2.0","id":0,"method":"rpc.methods"}\n')
        except (_NotSent, EOFError):
            ended = self.ended()
            said = self.said[-1] if self.said else ended
            raise Unavailable(f"spending-db rpc: {re.sub('^error: ', '', said)}") from None
        except BaseException:
            self.kill()
            raise

    def exchange(self, line):
        """The answer to a line. EOFError where the process ended before it."""
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[self.popen.stdin.write(rest) :]
        except BrokenPipeError:
            raise _NotSent from None
        answer = []
        while True:
            for number, _ in self.poll.poll():
                chunk = os.read(number, 1 << 16)
                if number == self.popen.stderr.fileno():
                    self.listen(chunk)
                    continue
                if not chunk:
                    raise EOFError
                answer.append(chunk)
                if chunk.endswith(b"\n"):
                    return b"".join(answer)

    def listen(self, chunk):
        """Passes on to the log what the process says on standard error; nothing at its end."""
        if not chunk:
            self.poll.unregister(self.popen.stderr)
            chunk = b"\n" if self.half_line else b""
        *lines, self.half_line = (self.half_line + chunk).split(b"\n")
        for line in lines:
            line = line.decode("utf-8", "replace")
            self.said.append(line)
            level = next((_LEVELS[word] for word in line.split()[:2] if word in _LEVELS), logging.WARNING)
            _log.log(level, "%s", line)

    def is_alive(self):
        return self.popen.poll() is None

    def ended(self):
        """Waits for the end of a process that closed its output, and says how it was."""
        try:
            code = self.popen.wait(timeout=10)
        except subprocess.TimeoutExpired:
            code = "10 s after it closed its output"
        number = self.popen.stderr.fileno()
        os.set_blocking(number, False)
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(number, 1 << 16):
                self.listen(chunk)
        self.kill()
        if not isinstance(code, int):
            return f"was stopped {code}"
        return f"was killed by signal {-code}" if code < 0 else f"ended with exit status {code}"

    def kill(self):
        """Ends the process at once."""
        self.popen.kill()
        self.popen.wait()
        self.close_pipes()

    def close_pipes(self):
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            pipe.close()

    def disown(self):
        """Lets go of a process that belongs to the parent of a fork."""
        self.close_pipes()
        self.popen.returncode = 0


def _end(processes):
    """Lets processes end after their last answer, and ends those that do not within some seconds."""
    for process in processes:
        process.popen.stdin.close()
    deadline = time.monotonic()
    for end in (subprocess.Popen.terminate, subprocess.Popen.kill):
        deadline += 5
        for process in processes:
            try:
                process.popen.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                end(process.popen)
    for process in processes:
        process.popen.wait()


def _seconds(text):
    """A duration as the program's settings write it: 500ms, 30s, 5min, 2h or a number of seconds."""
    match = re.fullmatch(r"\s*([0-9.]+)\s*(ms|s|sec|m|min|h)?\s*", text)
    with contextlib.suppress(ValueError):
        if match:
            return float(match[1]) * {"ms": 0.001, "m": 60, "min": 60, "h": 3600}.get(match[2], 1)
    raise Unavailable("SPENDING_DB_CHECKOUT_TIMEOUT takes a duration such as 500ms, 30s, 5min, 2h")


class _Pool:
    """The processes of this Python process: each busy with one call, or free."""

    def __init__(self):
        size = os.environ.get("SPENDING_DB_PROCESSES") or "4"
        if not re.fullmatch("[1-9][0-9]{0,2}", size):
            raise Unavailable("SPENDING_DB_PROCESSES takes a whole number from 1 to 999")
        self.size = int(size)
        self.timeout = _seconds(os.environ.get("SPENDING_DB_CHECKOUT_TIMEOUT") or "30s")
        self.changed = threading.Condition()
        self.places = 0
        self.free = []
        self.processes = set()
        self.is_closed = False

    def take(self):
        """A live process, for this thread alone. PoolTimeout where all stay busy."""
        with self.changed:
            may_go_on = self.changed.wait_for(lambda: self.free or self.places < self.size, self.timeout)
            if not may_go_on:
                raise PoolTimeout(f"all {self.size} processes (SPENDING_DB_PROCESSES) are busy for {self.timeout:g} s")
            if self.free:
                process = self.free.pop()
            else:
                process = None
                self.places += 1
        if process and process.is_alive():
            return process
        try:
            if process:
                self.processes.discard(process)
                _log.warning("spending-db rpc %s; another is started", process.ended())
            process = _Process()
            self.processes.add(process)
            return process
        except BaseException:
            self.leave()
            raise

    def give_back(self, process):
        """Takes a process back that has answered."""
        with self.changed:
            if not self.is_closed:
                self.free.append(process)
                self.changed.notify()
                return
        self.leave(process)
        _end([process])
        process.close_pipes()

    def leave(self, process=None):
        """Gives up a place, and the process that had it."""
        with self.changed:
            self.places -= 1
            self.changed.notify()
        self.processes.discard(process)

    def close(self):
        """Ends the free processes, and the busy ones when they come back."""
        with self.changed:
            self.is_closed = True
            free, self.free = self.free, []
        for process in free:
            self.leave(process)
        _end(free)
        for process in free:
            process.close_pipes()

    def exchange(self, name, line):
        """The answer of a process to a line."""
        for is_last in (False, True):
            process = self.take()
            try:
                answer = process.exchange(line)
            except EOFError:
                self.leave(process)
                raise ProcessDied(
                    f"{name}: spending-db rpc (process {process.popen.pid}) {process.ended()} during the call; "
                    "whether it was carried out is not known, and it is not repeated"
                ) from None
            except _NotSent:
                self.leave(process)
                ended = process.ended()
                if is_last:
                    raise Unavailable(f"{name}: spending-db rpc {ended} before it took the call") from None
            except BaseException:
                self.leave(process)
                process.kill()
                raise
            else:
                self.give_back(process)
                return answer


_pool = None
_lock = threading.RLock()


def _the_pool():
    global _pool
    with _lock:
        if _pool is None:
            _pool = _Pool()
        return _pool


def _close():
    """Ends all processes, those of calls that still run in other threads too."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.close()
        _end(list(pool.processes))


def _after_fork():
    """A child process starts its own processes."""
    global _pool, _lock
    pool, _pool, _lock = _pool, None, threading.RLock()
    for process in list(pool.processes) if pool else ():
        process.disown()


atexit.register(_close)
os.register_at_fork(after_in_child=_after_fork)


# --- functions -------------------------------------------------------------------------------------------------------


def _call(name, shape, arguments):
    request = {"jsonrpc": "2.0", "id": 1, "method": name, "params": arguments, "typed": True}
    line = json.dumps(request, default=_plain, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"
    answer = json.loads(_the_pool().exchange(name, line), object_hook=_restore)
    if "error" in answer:
        raise _failure(answer["error"])
    return _SHAPES[shape](answer["result"]) if shape in _SHAPES else answer["result"]


def _signature(description):
    """The old parameters. What follows one that has a default has one too, as Python wants it."""
    parameters = []
    has_default = False
    for parameter in description["params"]:
        has_default = has_default or not parameter["required"]
        default = parameter.get("default") if has_default else inspect.Parameter.empty
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(inspect.Parameter(parameter["name"], kind, default=default))
    if description["rest"]:
        parameters.append(inspect.Parameter("further", inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(parameters)


def _function(description):
    """The function of an entry of `rpc.methods`."""
    name, shape = description["name"], description["returns"]
    takes = {parameter["name"]: parameter["takes"] for parameter in description["params"]}
    signature = _signature(description)

    def call(*args, **kwargs):
        try:
            arguments = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{name}() {error}") from None
        return _call(name, shape, {key: _fit(takes[key], arguments[key]) for key in arguments if key in takes})

    call.__name__ = call.__qualname__ = name
    call.__signature__ = signature
    lines = [f"{key}: {what}" for key, what in takes.items()]
    call.__doc__ = "\n".join([f"{name}{signature}, answered by spending-db.", "", *lines])
    return call


def _load():
    """Makes the functions that the program lists, once; needs no database."""
    with _lock:
        if "__all__" in globals():
            return
        command = [_program(), "rpc", "--methods"]
        try:
            listed = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=_FOLDER, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise ImportError(f"spending-db does not list its functions (SPENDING_DB_PROGRAM): {error}") from error
        functions = {description["name"]: _function(description) for description in json.loads(listed.stdout)}
        globals().update(functions, __all__=sorted([*functions, "get_db", "init_pool"]))


def __getattr__(name):
    """Loads the functions when the first of them is asked for."""
    if name == "__all__" or not name.startswith("_"):
        _load()
        with contextlib.suppress(KeyError):
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    _load()
    return sorted(globals())


def init_pool():
    """Starts a process and verifies that it reaches its database; processes that run already end."""
    global _pool
    fresh = _Pool()
    with _lock:
        old, _pool = _pool, fresh
    if old is not None:
        old.close()
    fresh.give_back(fresh.take())
    _log.info("spending-db rpc answers")


# --- connections -----------------------------------------------------------------------------------------------------

_DEFAULTS = {"USER": "spending_user", "HOST": "localhost", "PORT": "5433", "DB": "spending_db"}
_SWITCHED_ON = ("true", "1", "yes", "on")


def _variables():
    """The variables of the process and, behind them, of the nearest `.env`, which the program reads too."""
    variables = {}
    folder = _FOLDER
    while not os.path.isfile(os.path.join(folder, ".env")) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    with contextlib.suppress(FileNotFoundError), open(os.path.join(folder, ".env"), encoding="utf-8-sig") as lines:
        for line in lines:
            match = re.fullmatch(r"""\s*(?:export\s+)?(\w+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^#\s]*))\s*(?:#.*)?""", line)
            if match:
                variables.setdefault(match[1], match[2] or match[3] or match[4] or "")
    return {**variables, **os.environ}


def _connect():
    variables = _variables()
    if variables.get("DATABASE_URL"):
        connection = psycopg2.connect(variables["DATABASE_URL"])
    elif any(variables.get(f"POSTGRES_{name}") for name in [*_DEFAULTS, "PASSWORD"]):
        named = {name: variables.get(f"POSTGRES_{name}") or default for name, default in _DEFAULTS.items()}
        connection = psycopg2.connect(
            host=named["HOST"],
            port=named["PORT"],
            dbname=named["DB"],
            user=named["USER"],
            password=variables.get("POSTGRES_PASSWORD", "spending_password"),
        )
    else:
        raise Unavailable("get_db() needs DATABASE_URL or POSTGRES_HOST, _PORT, _DB, _USER and _PASSWORD")
    production = variables.get("SPENDING_DB_PRODUCTION_DATABASE") or "spending_db"
    if variables.get("TESTING", "").strip().lower() in _SWITCHED_ON and connection.info.dbname == production:
        connection.close()
        raise Unavailable(f"{production} is the production database, and TESTING=true keeps tests away from it")
    return connection


def get_db():
    """A scope that lends a connection of psycopg2 to the database of DATABASE_URL or POSTGRES_….

    Nothing is kept unless it is committed: what is open when the scope is left is rolled back, and the connection closed.
    """
    if psycopg2 is None:
        raise ImportError("get_db() gives a connection of psycopg2, which is not installed")
    return contextlib.closing(_connect())
