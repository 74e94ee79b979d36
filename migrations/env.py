"""Alembic's environment: the registry's entities, on the connection that `registry.db.migrate` hands in."""

from typing import Any

from alembic import context

from registry import config, db
from registry.log.records import Record


def render_plain(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our column types as the plain types they are stored as, which migrations rely on."""
    if kind == "type" and isinstance(item, db.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, db.CanonicalJson):
        return "sa.Text()"
    return False


def run(connection: Any) -> None:
    """Run the migrations on this connection, inside the transaction that it is in."""
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,  # that of all entities: the log needs the domain, which loads its own
        render_as_batch=True,
        render_item=render_plain,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = db.make_engine(config.load().url, foreign_keys=False)
    with engine.begin() as own:
        run(own)
