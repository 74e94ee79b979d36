"""The log that operators read: a line for each event, and nothing in it about a person.

Every field has a shape. What has no shape here, or does not fit it, is left out, whoever wrote it: so no address, name,
form value or query string gets in by oversight, and no line breaks or control characters. Of an error its kind is told and
where it came from, never its words nor the values at hand: these may be somebody's. Lines of libraries tell where in which
library they were written, for the same reason.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import structlog

from registry import ambient

if TYPE_CHECKING:
    from registry.config import Settings

ROOT = Path(__file__).resolve().parent.parent
MOST_FRAMES = 60
Fields = dict[str, Any]

_WORD = r"[a-z][a-z0-9 -]{0,39}"
_CODE = r"[A-Za-z0-9_.<>/-]{1,120}"
SHAPES: Mapping[str, str] = {
    "request": r"[0-9a-f]{16}",
    "method": "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other",
    "endpoint": r"[a-z][a-z0-9_.]{0,79}",
    "account": r"[0-9a-f]{12}",
    "what": _WORD,
    "why": _WORD,
    "outcome": _WORD,
    "signature": r"[A-Za-z0-9_.:/+()-]{1,120}",  # what a scanner calls the harm that it knows
    "worker": r"[A-Za-z0-9.-]{1,60}/\d{1,10}/[\w-]{1,20}",
    "error": _CODE,
    "logger": _CODE,
    "at_line": _CODE + r":\d+",
}
NUMBERS = frozenset(
    {"status", "ms", "seconds", "run", "attempt", "done", "refused", "records", "bytes", "threads", "line"}
)
"""Fields that hold a number, whatever it is."""


def get(name: str) -> Any:
    """The log of one room: ``get(__name__).info("run-taken", run=7)``; `exc_info=error` adds where an error came from."""
    return structlog.stdlib.get_logger(name)


def begin(settings: "Settings") -> None:
    """Write the log of this process where the settings say; OSError if their file cannot be written."""
    file = settings.log_file
    handler = logging.StreamHandler(sys.stderr) if file is None else WatchedFileHandler(file, encoding="utf-8")
    write: Any = _as_json if settings.log_format == "json" else _as_text
    formatter = structlog.stdlib.ProcessorFormatter
    of_libraries: list[Any] = [_of_a_library, *_SHARED]
    handler.setFormatter(
        formatter(foreign_pre_chain=of_libraries, processors=[formatter.remove_processors_meta, write])
    )
    handler.addFilter(_is_worth_a_line)
    end()
    _HANDLERS.append(handler)
    logging.raiseExceptions = False  # a full disk is told elsewhere; a line that failed is not repeated with its values
    logging.getLogger().addHandler(handler)
    logging.getLogger("registry").setLevel(settings.log_level.upper())


def end() -> None:
    """Write no more."""
    while _HANDLERS:
        handler = _HANDLERS.pop()
        logging.getLogger().removeHandler(handler)
        handler.close()


_HANDLERS: list[logging.Handler] = []


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Of what libraries say only what may need somebody's attention."""
    return record.name.startswith("registry") or record.levelno >= logging.WARNING


def _known(_logger: Any, _method: str, fields: Fields) -> Fields:
    """Only fields of a known shape; `exc_info` becomes where the error came from."""
    kept = {name: value for name, value in fields.items() if name.startswith("_") or _fits(name, value)}
    error = fields.get("exc_info")
    if error:
        kept |= _of_error(error if isinstance(error, BaseException) else sys.exception())
    return kept


def _fits(name: str, value: Any) -> bool:
    if name in ("event", "level", "trace"):
        return name == "trace" or re.fullmatch(_WORD, str(value)) is not None
    if name in NUMBERS:
        return isinstance(value, int | float)
    return name in SHAPES and isinstance(value, str) and re.fullmatch(SHAPES[name], value, re.ASCII) is not None


def _of_error(error: BaseException | None) -> Fields:
    """The kind of an error and of those that it came from, with their frames; without words and values."""
    return {"error": kind_of(error), "trace": list(_trace(error))} if error else {}


def kind_of(error: BaseException) -> str:
    """The name of the class of an error, and of the driver's error in one of the database."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    inner = getattr(error, "orig", None)
    return name if inner is None else f"{name}/{type(inner).__qualname__}"


def _trace(error: BaseException | None) -> Iterator[Fields]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield {"error": kind_of(error), "frames": _frames(error.__traceback__)}
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(trace: TracebackType | None) -> list[str]:
    """Where each call was, outermost first: file, line and function."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-MOST_FRAMES:]


def _short(path: str) -> str:
    """A file by its place in this program or in a library, not by where on the machine that is."""
    return path.removeprefix(f"{ROOT}/").rpartition("site-packages/")[2]


def _of_a_library(_logger: Any, _method: str, fields: Fields) -> Fields:
    """A line that a library wrote: where, and what error, but none of its words."""
    record: logging.LogRecord = fields["_record"]
    told: Fields = {"event": "library", "logger": record.name, "at_line": f"{_short(record.pathname)}:{record.lineno}"}
    return {**fields, **told, "exc_info": record.exc_info[1] if record.exc_info else None}


def _instant(_logger: Any, _method: str, fields: Fields) -> Fields:
    return {"at": ambient.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), **fields}


def _as_json(_logger: Any, _method: str, fields: Fields) -> str:
    return json.dumps(_in_order(fields))


def _as_text(_logger: Any, _method: str, fields: Fields) -> str:
    told = _in_order(fields)
    first = [str(told.pop(name, "")) for name in ("at", "level", "event")]
    return " ".join([*first, *(f"{name}={json.dumps(value).strip(chr(34))}" for name, value in told.items())])


def _in_order(fields: Fields) -> Fields:
    """What everybody looks for first stands first."""
    first = [name for name in ("at", "level", "event") if name in fields]
    return {name: fields[name] for name in (*first, *(name for name in fields if name not in first))}


_SHARED: list[Any] = [structlog.stdlib.add_log_level, _known, _instant]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
