"""The command line. Each command calls one part of the program; exit codes: 0 done, 1 a step was refused or failed,
2 unusable use.

Heavy parts are imported by the command that needs them, so that help and refusals come at once.
"""

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Never

import click

from registry.commands.acting import data_option
from registry.opening import FAILED, INTERRUPTED, UNUSABLE, Refusal, begin_log, opened, shown, told

# The groups of the procedure: each is the `group` of the module of this name in registry/commands.
GROUPS = (
    "agreement", "audit", "backup", "bank", "check", "claim", "comment", "consultation", "coordination", "copy", "decide",
    "docking", "draw", "entry", "equity", "escrow", "examine", "export", "keys", "log", "norms", "note", "notice",
    "offer", "party", "receipt", "reference", "restore", "round", "run", "service", "slots", "timers", "user",
    "witness", "worker",
)  # fmt: skip


class OneLineGroup(click.Group):
    """A group that tells of each fault in one line, and keeps to the exit codes above and 130 for Ctrl-C.

    The groups of the procedure are loaded when they are asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands by name."""
        there = (name for name in GROUPS if importlib.util.find_spec(f"registry.commands.{name}"))
        return sorted({*super().list_commands(ctx), *there})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in GROUPS or cmd_name not in self.list_commands(ctx):
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(f"registry.commands.{cmd_name}").group
        return command

    def main(self, args: Sequence[str] | None = None, *more: Any, **kwargs: Any) -> Never:
        """Run a command and end the process."""
        kwargs["standalone_mode"] = False
        end = _end_in_json if "--json" in (sys.argv[1:] if args is None else args) else _end
        try:
            sys.exit(super().main(args, *more, **kwargs) or 0)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "registry"
            said = f"{' '.join(error.format_message().split()).rstrip('.')}; see {command} --help"
            end(click.ClickException(said), UNUSABLE)
        except click.ClickException as error:
            end(error, error.exit_code)
        except BrokenPipeError:
            # Whoever read the output has gone; the rest of it has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FAILED)
        except OSError as error:
            said = f"{error.filename or 'a file'}: {error.strerror}; check its rights and the room there"
            end(click.ClickException(said), FAILED)
        except (click.Abort, KeyboardInterrupt):
            end(click.ClickException("stopped; the same command takes up where this one left off"), INTERRUPTED)


def _end(error: click.ClickException, code: int) -> Never:
    for line in error.format_message().splitlines():
        click.echo(f"registry: {' '.join(line.split())}", err=True)
    sys.exit(code)


def _end_in_json(error: click.ClickException, code: int) -> Never:
    """The refusal as one line of JSON; `kind` is that of the service's error, `use` or `failure`."""
    kind = getattr(error, "kind", "use" if code == UNUSABLE else "failure")
    told_ = {"kind": kind, "message": error.format_message(), "faults": list(getattr(error, "faults", ()))}
    click.echo(json.dumps({"ok": False, "error": told_}, ensure_ascii=False), err=True)
    sys.exit(code)


port_option = click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the pages (default: 8000); 0 takes a free one."
)


@click.group(
    cls=OneLineGroup, invoke_without_command=True, epilog="The tests: python3 -m registry test [--all] [--without PART]"
)
@data_option
@click.version_option(package_name="lunar-site-registry", prog_name="registry")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:  # noqa: ARG001  commands find it in their context
    """Register of landing-site claims near the lunar south pole."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command()
@click.option("--no-serve", is_flag=True, help="Leave the pages out: end when the round is done.")
@port_option
@data_option
def demo(*, no_serve: bool, port: int | None, data: Path | None) -> None:
    """Play a whole illustrative round, print who got what and why not, and serve the pages."""
    from registry.demo.command import play

    settings, engine = opened(data, port, must_exist=False)
    with told():
        play(settings, engine, click.echo, serve_pages=not no_serve)


@main.command()
@port_option
@data_option
def serve(port: int | None, data: Path | None) -> None:
    """Serve the pages of a register on this machine."""
    from registry import serving

    settings, engine = opened(data, port)
    begin_log(settings)
    with told():
        serving.serve(settings, engine, click.echo)


@main.command()
@click.option(
    "--to",
    "wanted",
    metavar="REVISION",
    help="An earlier form, for an earlier program. What only newer tables hold is lost: make a backup before.",
)
@data_option
def migrate(wanted: str | None, data: Path | None) -> None:
    """Bring the tables of a register to the present form, or make them."""
    from registry import db

    if wanted is not None and wanted not in db.revisions():
        raise Refusal(f"--to: this program knows no revision {wanted!r}; its newest is {db.head_revision()}")
    settings, _ = opened(data, must_exist=wanted is not None, any_form=True)
    with told():
        revision = db.migrate(settings.url, wanted or "head")
    click.echo(f"tables at revision {revision}: {shown(settings)}")


if __name__ == "__main__":
    main(prog_name="registry")
