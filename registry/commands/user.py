"""`registry user`: people who sign in."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from registry.commands.acting import Answer, Desk, Reading, data_option, json_option, reads, works
from registry.commands.answers import finished, show
from registry.commands.personal import erase, export
from registry.opening import Failure, Refusal, noted, opened, told

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
        credentials = accounts.credentials(desk.settings, _password(desk, from_stdin=password_stdin))
    with desk.unit() as deed:
        name = name or email.partition("@")[0]
        added = users.add_user(
            deed.session, email, name, roles, deed.actor, deed.at, party=party, credentials=credentials
        )
        told = [f"added {added.email} ({', '.join(roles)})"]
        if not added.roles:
            told.append("the roles wait until another administrator confirms them, on the page of the person")
        return Answer(told, {"email": added.email, "roles": [role.name for role in added.roles]})


@group.command("password")
@click.argument("email", metavar="EMAIL")
@password_option
@works("users.set_credentials", by_program=True)
def password(desk: Desk, *, email: str, password_stdin: bool) -> Answer:
    """Give a person a new password and end their sessions."""
    from registry import accounts
    from registry.services import sign_ins, users

    accounts.check_known(desk.engine, email)
    credentials = accounts.credentials(desk.settings, _password(desk, from_stdin=password_stdin))
    with desk.unit() as deed:
        changed = users.set_credentials(deed.session, email, credentials, deed.actor, deed.at)
        sign_ins.forget_failures(deed.session, accounts.subject(desk.settings, email))
        return Answer(f"new password for {changed.email}", {"email": changed.email})


@group.command("roles")
@click.argument("email", metavar="EMAIL")
@click.option("--role", "wanted", multiple=True, type=click.Choice(ROLES), help="May be given again; none takes all.")
@click.option("--reason", required=True, help="Why; it stands in the public log, so name nobody.")
@works("roles.change", by_program=True)
def roles(desk: Desk, *, email: str, wanted: Sequence[str], reason: str) -> Answer:
    """Let a person have exactly these roles. With --as it waits for a second administrator, where there is one."""
    from registry.services import roles as changes
    from registry.services import users

    with desk.unit() as deed:
        user = users.by_address(deed.session, email)
        waits = changes.change(deed.session, user.id, wanted, reason, deed.actor, deed.at)
        held = [role.name for role in user.roles]
        told = "waits for another administrator" if waits else ", ".join(held) or "no role"
        return Answer(f"{user.email}: {told}", {"email": user.email, "roles": held, "waits": waits is not None})


@group.command("close")
@click.argument("email", metavar="EMAIL")
@click.option("--reason", required=True, help="Why; it stands in the public log, so name nobody.")
@works("users.close", by_program=True)
def close(desk: Desk, *, email: str, reason: str) -> Answer:
    """Close an account and end its sessions."""
    from registry import ambient
    from registry.services import users

    with desk.unit() as deed:
        user = users.by_address(deed.session, email)
        closed = users.close(deed.session, user.id, ambient.token(), reason, deed.actor, deed.at)
        return Answer(f"closed the account of {closed.email}", {"email": closed.email})


@group.command("reopen")
@click.argument("email", metavar="EMAIL")
@works("users.reopen", by_program=True)
def reopen(desk: Desk, *, email: str) -> Answer:
    """Open a closed account again, with its roles."""
    from registry.services import users

    with desk.unit() as deed:
        opened = users.reopen(deed.session, users.by_address(deed.session, email).id, deed.actor, deed.at)
        return Answer(f"opened the account of {opened.email}", {"email": opened.email})


@group.command("second-factor")
@click.argument("email", metavar="EMAIL")
@click.option("--reason", required=True, help="Why; it stands in the public log, so name nobody.")
@works("users.remove_second_factor", by_program=True)
def second_factor(desk: Desk, *, email: str, reason: str) -> Answer:
    """Take away a second factor that a person has lost; it is set up anew at the next sign-in."""
    from registry import ambient
    from registry.services import users

    with desk.unit() as deed:
        user = users.by_address(deed.session, email)
        users.remove_second_factor(deed.session, user.id, ambient.token(), reason, deed.actor, deed.at)
        return Answer(f"{user.email} signs in without a second factor, and sets one up", {"email": user.email})


@group.command("reseal")
@json_option
@data_option
def reseal(*, as_json: bool, data: Path | None) -> None:
    """Encrypt all second factors anew with REGISTRY_TOTP_SECRET.

    What they were encrypted with before is REGISTRY_FORMER_TOTP_SECRET, which can be unset afterwards.
    """
    from registry import db
    from registry.kept_keys import KeptKeys
    from registry.services import sign_ins

    settings, engine = opened(data)
    with told(settings), db.unit_of_work(engine) as session:
        resealed = sign_ins.reseal(session, KeptKeys(settings.totp_secrets).anew)
    noted(settings, "second-factors-resealed", done=resealed.done)
    show(
        finished(Answer(f"{resealed.done} second factors are encrypted with the present secret", resealed)),
        as_json=as_json,
    )
    if resealed.unopened:
        said = "no secret opens the second factor; take it away, for the person to set it up again: registry user second-factor"
        raise Failure("\n".join(f"{email}: {said} {email}" for email in resealed.unopened))


group.add_command(export)
group.add_command(erase)


@group.group("token")
def token() -> None:
    """Tokens with which programs act for a person."""


@token.command("make")
@click.argument("email", metavar="EMAIL")
@click.option("--name", required=True, help="Which program it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be given again; for example claims:file.")
@click.option("--days", type=int, default=90, show_default=True, help="For how many days it counts.")
@works("tokens.make", by_program=True)
def make_token(desk: Desk, *, email: str, name: str, scopes: Sequence[str], days: int) -> Answer:
    """Make a token and print it, this once: the register keeps only its hash."""
    from registry import ambient
    from registry.domain.api_tokens import MARK
    from registry.domain.instants import utc_text
    from registry.services import tokens

    secret, most = MARK + ambient.token(), desk.settings.api_token_days
    wanted = tokens.Wanted(name, scopes, days)
    with desk.unit() as deed:
        made = tokens.make(deed.session, email, wanted, secret, deed.actor, deed.at, most_days=most)
        told = [
            secret,
            f"token {made.id} for {email}: {', '.join(made.scopes)}; counts until {utc_text(made.expires_at)}",
        ]
        data = {"id": made.id, "token": secret, "scopes": made.scopes, "expires_at": utc_text(made.expires_at)}
        return Answer(told, data)


@token.command("list")
@click.argument("email", metavar="EMAIL")
@works("tokens.of_person", by_program=True)
def list_tokens(desk: Desk, *, email: str) -> Answer:
    """List the tokens of a person, those that count no more included."""
    from registry.domain.instants import utc_text
    from registry.services import tokens

    with desk.unit() as deed:
        rows = tokens.of_person(deed.session, email, deed.actor)
        standing = {True: "counts", False: "over or revoked"}
        lines = [
            f"{row.id}  {row.prefix}  {standing[row.counts_at(deed.at)]}, until {utc_text(row.expires_at)}, "
            f"used last {row.last_used_on or 'never'}  {', '.join(row.scopes)}  {row.name}"
            for row in rows
        ]
        names = ("id", "prefix", "name", "scopes")
        return Answer([*lines, f"{len(rows)} tokens"], [{name: getattr(row, name) for name in names} for row in rows])


@token.command("revoke")
@click.argument("email", metavar="EMAIL")
@click.argument("token_id", metavar="ID", type=click.IntRange(1))
@works("tokens.revoke", by_program=True)
def revoke_token(desk: Desk, *, email: str, token_id: int) -> Answer:
    """End a token at once."""
    from registry.services import tokens

    with desk.unit() as deed:
        ended = tokens.revoke(deed.session, email, token_id, deed.actor, deed.at)
        return Answer(f"token {ended.id} is revoked; it opens nothing any more", {"id": ended.id})


def _password(desk: Desk, *, from_stdin: bool) -> str:
    from registry import known_passwords
    from registry.domain.passwords import password_fault

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        raise Refusal("--password-stdin: there is no terminal to ask at; give the password on standard input with it")
    if fault := password_fault(password):
        raise Refusal(f"password: {fault}")
    if known_passwords.is_known(desk.settings, password):
        raise Refusal(f"password: {known_passwords.KNOWN_TO_OTHERS}")
    return str(password)
