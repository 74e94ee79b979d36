"""`registry user`: people who sign in."""

import sys
from collections.abc import Sequence

import click

from registry.commands.acting import Answer, Desk, Reading, reads, works
from registry.opening import Refusal

ROLES = ("delegate", "registrar", "planner", "council", "auditor", "observer", "administrator")
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group("user", invoke_without_command=True)
@click.pass_context
def group(context: click.Context) -> None:
    """People who sign in."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@group.command("list")
@reads()
def list_(reading: Reading) -> Answer:
    """List the people who have an account; names and addresses for those who keep or audit the register (--as)."""
    from registry.queries.users import list_users

    rows = list_users(reading.session, reading.viewer)
    lines = [
        f"{row.email or f'person {row.id}'}  {', '.join(row.roles)}{f' for {row.party}' if row.party else ''}  {row.name}"
        for row in rows
    ]
    return Answer([*lines, f"{len(rows)} people"], rows)


@group.command("add")
@click.argument("email", metavar="EMAIL")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be given again.")
@click.option("--party", help="Party that a delegate or council member speaks for, for example CHE.")
@click.option("--name", help="The person's name (default: the address before the @).")
@click.option("--without-password", is_flag=True, help="Give the password later, with: registry user password.")
@password_option
@works("users.add_user", by_program=True)
def add(
    desk: Desk,
    *,
    email: str,
    roles: Sequence[str],
    party: str | None,
    name: str | None,
    without_password: bool,
    password_stdin: bool,
) -> Answer:
    """Add a person with a role. The password is asked for twice."""
    from registry import accounts
    from registry.services import users

    accounts.check_new(desk.engine, email)
    if without_password:
        credentials = accounts.no_password()
    else:
        credentials = accounts.credentials(desk.settings, _password(from_stdin=password_stdin))
    with desk.unit() as deed:
        name = name or email.partition("@")[0]
        added = users.add_user(
            deed.session, email, name, roles, deed.actor, deed.at, party=party, credentials=credentials
        )
        return Answer(f"added {added.email} ({', '.join(roles)})", {"email": added.email, "roles": sorted(set(roles))})


@group.command("password")
@click.argument("email", metavar="EMAIL")
@password_option
@works("users.set_credentials", by_program=True)
def password(desk: Desk, *, email: str, password_stdin: bool) -> Answer:
    """Give a person a new password and end their sessions."""
    from registry import accounts
    from registry.services import users

    accounts.check_known(desk.engine, email)
    credentials = accounts.credentials(desk.settings, _password(from_stdin=password_stdin))
    with desk.unit() as deed:
        changed = users.set_credentials(deed.session, email, credentials, deed.actor, deed.at)
        return Answer(f"new password for {changed.email}", {"email": changed.email})


def _password(*, from_stdin: bool) -> str:
    from registry.accounts import LEAST_LENGTH

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        raise Refusal("--password-stdin: there is no terminal to ask at; give the password on standard input with it")
    if len(password) < LEAST_LENGTH:
        raise Refusal(f"password: it has {len(password)} characters; give {LEAST_LENGTH} or more")
    return str(password)
