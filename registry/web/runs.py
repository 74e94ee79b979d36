"""Solver runs: the list, asking for one, one with its progress, live by server-sent events, and its cancellation."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_security import auth_required

from registry import ambient, db
from registry.domain.runs import RunKind, RunState
from registry.domain.visibility import Viewer
from registry.queries import rounds
from registry.queries import runs as queries
from registry.queries.runs import RunPage, RunRow
from registry.services import runs as services
from registry.services.errors import ConflictError, NotFoundError
from registry.web import asked, run_charts, run_words
from registry.web.acting import actor, may
from registry.web.pages import Pages
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("runs", __name__)
ORDERS = {"newest": lazy_gettext("Newest first"), "oldest": lazy_gettext("Oldest first")}
# A stream holds a thread of the server: few may at once, each for a while; a browser comes back by itself.
STREAMS = threading.BoundedSemaphore(3)
TURNS, TURN_S, AGAIN_MS = 20, 1.0, 3000


@pages.get("/runs")
@auth_required("session")
def all_runs() -> str:
    """The runs that the person may see."""
    found = queries.list_runs(session(), viewer(), asked.text("round") or None)
    listed = rounds.list_rounds(session(), viewer())
    return render_template(
        "runs.html",
        round=next((row for row in listed if row.illustrative), None),
        rows=Pages.of(_wanted(found), asked.whole_number("page", 1)),
        total=len(found),
        rounds=listed,
        asked=request.args,
        orders=ORDERS,
        run_words=run_words,
        may_ask=may("runs.ask"),
    )


def _wanted(rows: tuple[RunRow, ...]) -> list[RunRow]:
    kind, state = asked.choice("kind", list(RunKind)), asked.choice("state", list(RunState))
    found = [row for row in rows if kind in (None, row.kind) and state in (None, row.state)]
    return found[::-1] if asked.choice("sort", ORDERS, "newest") == "oldest" else found


@pages.get("/runs/<int:run_id>")
@auth_required("session")
def one_run(run_id: int) -> str:
    """One run: how far it is, or what came of it."""
    run = _seen(run_id)
    return render_template("run.html", round=named_round(run.row.round), **_live(run), may_cancel=_may_cancel(run))


@pages.get("/runs/<int:run_id>/events")
@auth_required("session")
def events(run_id: int) -> Response:
    """The parts of the page that change, each time something has, as server-sent events."""
    _seen(run_id)
    reader, who = session().get_bind(), viewer()
    session().close()
    assert isinstance(reader, sa.Engine)
    told = stream_with_context(_events(reader, run_id, who, request.headers.get("Last-Event-ID", "")))
    return Response(
        told, mimetype="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


@pages.post("/runs/<int:run_id>/cancel")
@auth_required("session")
def cancel(run_id: int) -> ResponseReturnValue:
    """Cancel a run; one that has ended meanwhile stays as it is, and its page says so."""
    _seen(run_id)
    if not may("runs.cancel"):
        abort(403)
    try:
        services.cancel(session(), run_id, actor("runs.cancel"), ambient.now())
        db.commit(session())
    except NotFoundError:
        no_such("run", str(run_id))
    except ConflictError:
        session().rollback()
    return redirect(url_for("runs.one_run", run_id=run_id), 303)


def _seen(run_id: int) -> RunPage:
    if run_id > 2**31 - 1:
        no_such("run", str(run_id))
    return queries.run_page(session(), run_id, viewer()) or no_such("run", str(run_id))


def _may_cancel(run: RunPage) -> bool:
    return may("runs.cancel") and not run.row.has_ended and not run.row.is_cancel_asked


def _live(run: RunPage) -> dict[str, Any]:
    """What the changing parts of the page are drawn from."""
    shown = run_charts.stage_to_show(run.stages, is_running=not run.row.has_ended)
    return {
        "run": run,
        "run_words": run_words,
        "shown": shown,
        "stage_chart": run_charts.stage_chart(shown) if shown else None,
        "gap_chart": run_charts.gap_chart(run.stages) if run.stages else None,
        "looks": run_charts.in_order(run.stages),
    }


def _events(engine: sa.Engine, run_id: int, who: Viewer, mark: str) -> Iterator[str]:
    may_stay = STREAMS.acquire(blocking=False)
    try:
        yield f"retry: {AGAIN_MS}\n\n"
        for _ in range(current_app.config.get("RUN_STREAM_TURNS", TURNS) if may_stay else 1):
            with db.reading(engine) as reading:
                run = queries.run_page(reading, run_id, who)
                if run is None:
                    return
                if run.mark != mark:
                    mark = run.mark
                    yield _event("part", mark, render_template("_run_live.html", **_live(run)))
            if run.row.has_ended:
                yield _event("end", mark, run.row.state)
                return
            if may_stay:
                time.sleep(TURN_S)
                yield ": still there\n\n"
    finally:
        if may_stay:
            STREAMS.release()


def _event(name: str, mark: str, text: str) -> str:
    lines = "\n".join(f"data: {line}" for line in text.splitlines() if line.strip())
    return f"event: {name}\nid: {mark}\n{lines}\n\n"
