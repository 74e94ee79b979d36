"""People and their roles, for administrators; auditors look on."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user, hash_password, roles_accepted

from registry import accounts, ambient, db
from registry.domain.actors import ROLES, Actor
from registry.domain.users import PARTY_ROLES
from registry.queries import names
from registry.queries import users as reading
from registry.services import erasures, forgetting, sign_ins, users
from registry.services import roles as role_changes
from registry.services.errors import NotFoundError, ServiceError, ValidationError
from registry.web import asked
from registry.web.access.context import access
from registry.web.access.log import said
from registry.web.acting import actor, may
from registry.web.pages import Pages
from registry.web.reauthentication import needs_reauthentication
from registry.web.sentences import told
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer

pages = Blueprint("users", __name__)
READERS = ("administrator", "auditor")
STATES = {"open": True, "closed": False}
Step = Callable[[datetime], object]


@pages.get("/users")
@auth_required("session")
@roles_accepted(*READERS)
def all_users() -> str:
    """Everybody who has an account, to be searched and filtered, and the changes of roles that wait."""
    text, role = asked.text("q"), asked.choice("role", ROLES)
    state = asked.choice("state", tuple(STATES))
    found = reading.find_users(
        session(), viewer(), text=text, role=role, is_open=STATES[state] if state is not None else None
    )
    return render_template(
        "users.html",
        found=Pages.of(found, asked.whole_number("page", 1)),
        asked=request.args,
        roles=ROLES,
        waiting=reading.waiting_changes(session(), viewer()),
        may_add=may("users.add_user"),
    )


@pages.get("/users/new")
@auth_required("session")
@roles_accepted("administrator")
def new_user() -> str:
    """The form for a new account."""
    return _form(())


@pages.post("/users/new")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def add_user() -> ResponseReturnValue:
    """Add a person and show a password that counts once; it is shown on this answer and kept nowhere."""
    form, password = request.form, accounts.one_time_password()
    who, party = actor("users.add_user"), form.get("party") or None
    chosen = form.getlist("roles")
    try:
        added = users.add_user(
            session(),
            form.get("email", ""),
            form.get("name", ""),
            chosen,
            who,
            ambient.now(),
            party=party,
            credentials=_once(password),
        )
        sign_ins.forget_failures(session(), access().subject(added.email))
        user_id = added.id
        db.commit(session())
    except ServiceError as error:
        session().rollback()
        return _form(_faults(error)), 422
    return _password_page(user_id, password)


@pages.get("/users/<int:user_id>")
@auth_required("session")
@roles_accepted(*READERS)
def one_user(user_id: int) -> str:
    """One account, with what can be done about it."""
    return _user(user_id, ())


@pages.post("/users/<int:user_id>/roles")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def change_roles(user_id: int) -> ResponseReturnValue:
    """Ask for other roles; another administrator confirms, if there is one."""
    wanted, reason = request.form.getlist("roles"), request.form.get("reason", "")
    who = actor("roles.change")
    return _taken(user_id, lambda at: role_changes.change(session(), user_id, wanted, reason, who, at), "roles")


@pages.post("/users/<int:user_id>/password")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def new_password(user_id: int) -> ResponseReturnValue:
    """Give a password that counts once, end the person's sessions, and let a waiting account try again."""
    found = reading.user_page(session(), user_id, viewer()) or no_such("user", str(user_id))
    who, password = actor("users.set_credentials"), accounts.one_time_password()
    try:
        role_changes.refuse_self(who, users.by_id(session(), user_id), "give themselves a password here")
        users.set_credentials(session(), found.user.email, _once(password), who, ambient.now())
        sign_ins.forget_failures(session(), access().subject(found.user.email))
        db.commit(session())
    except ServiceError as error:
        session().rollback()
        return _user(user_id, _faults(error)), 422
    said("password-given", access().subject(found.user.email))
    return _password_page(user_id, password)


@pages.post("/users/<int:user_id>/close")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def close_account(user_id: int) -> ResponseReturnValue:
    """Close an account: its sessions end at once."""
    who, reason = actor("users.close"), request.form.get("reason", "")
    return _taken(
        user_id, lambda at: users.close(session(), user_id, ambient.token(), reason, who, at), "closed", "close-reason"
    )


@pages.post("/users/<int:user_id>/reopen")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def reopen_account(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    who = actor("users.reopen")
    return _taken(user_id, lambda at: users.reopen(session(), user_id, who, at), "reopened")


@pages.post("/users/<int:user_id>/second-factor")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def remove_second_factor(user_id: int) -> ResponseReturnValue:
    """Take away a second factor that is lost."""
    who, reason = actor("users.remove_second_factor"), request.form.get("reason", "")

    def step(at: datetime) -> object:
        return users.remove_second_factor(session(), user_id, ambient.token(), reason, who, at)

    return _taken(user_id, step, "second-factor", "factor-reason")


@pages.post("/users/<int:user_id>/role-changes/<int:change_id>/<answer>")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def answer_change(user_id: int, change_id: int, answer: str) -> ResponseReturnValue:
    """Confirm or withdraw a change of roles that waits."""
    steps = {"confirm": role_changes.confirm, "withdraw": role_changes.withdraw}
    if answer not in steps:
        no_such("page", request.path)
    who = actor(f"roles.{answer}")
    return _taken(user_id, lambda at: steps[answer](session(), change_id, who, at), answer)


@pages.post("/users/<int:user_id>/erasure")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def ask_erasure(user_id: int) -> ResponseReturnValue:
    """Ask for a person's data to be erased; another administrator confirms, if there is one."""
    who, reason = actor("erasures.ask"), request.form.get("reason", "")

    def step(at: datetime) -> object:
        return erasures.ask(session(), user_id, _erasing(), reason, who, at)

    return _swept(user_id, _taken(user_id, step, "erasure", "erasure-reason"))


@pages.post("/users/<int:user_id>/erasures/<int:erasure_id>/<answer>")
@auth_required("session")
@roles_accepted("administrator")
@needs_reauthentication
def answer_erasure(user_id: int, erasure_id: int, answer: str) -> ResponseReturnValue:
    """Erase a person's data as another administrator asked, or withdraw the request."""
    if answer not in ("confirm", "withdraw"):
        no_such("page", request.path)
    who = actor(f"erasures.{answer}")

    def step(at: datetime) -> object:
        if answer == "confirm":
            return erasures.confirm(session(), erasure_id, _erasing(), who, at)
        return erasures.withdraw(session(), erasure_id, who, at)

    return _swept(user_id, _taken(user_id, step, f"erasure-{answer}"))


def _erasing() -> erasures.Secrets:
    return erasures.Secrets(ambient.token(), access().subject)


def _swept(user_id: int, answer: ResponseReturnValue) -> ResponseReturnValue:
    """The same answer; if somebody's data are gone now, the files of the database are written anew."""
    if users.is_erased(session(), user_id):
        session().rollback()  # nothing may be open while the files are written
        db.sweep(access().engine)
    return answer


def _taken(user_id: int, step: Step, done: str, reason_field: str = "reason") -> ResponseReturnValue:
    """Take a step about a person and come back to the page, with what came of it or with why not."""
    try:
        step(ambient.now())
        db.commit(session())
    except NotFoundError:
        no_such("user", str(user_id))
    except ServiceError as error:
        session().rollback()
        return _user(user_id, _faults(error, {"reason": reason_field})), 422
    return redirect(url_for("users.one_user", user_id=user_id, done=done), code=303)


def _user(user_id: int, faults: Sequence[tuple[str, str]]) -> str:
    found = reading.user_page(session(), user_id, viewer()) or no_such("user", str(user_id))
    me = Actor(current_user.email, "administrator")
    return render_template(
        "user.html",
        page=found,
        roles=ROLES,
        may_change=may("roles.change") and found.user.email != me.name,
        needs_second=role_changes.needs_second(session(), me),
        erasure=forgetting.waiting_for(session(), user_id),
        stays=_staying(user_id) if may("erasures.ask") else (),
        is_erased=users.is_erased(session(), user_id),
        me=me.name,
        faults=faults,
        typed=request.form,
        done=request.args.get("done", ""),
    )


def _staying(user_id: int) -> list[str]:
    """What an erasure would leave, in the language of the page."""
    return [told(text) for text in forgetting.outlook(session(), users.by_id(session(), user_id)).stays]


def _form(faults: Sequence[tuple[str, str]]) -> str:
    me = Actor(current_user.email, "administrator")
    return render_template(
        "user_new.html",
        roles=ROLES,
        party_roles=PARTY_ROLES,
        parties=sorted(names.party_names(session()).items(), key=lambda row: row[1]),
        needs_second=role_changes.needs_second(session(), me),
        faults=faults,
        typed=request.form,
    )


def _once(password: str) -> users.Credentials:
    return users.Credentials(hash_password(accounts.normal(password)), ambient.token(), one_time=True)


def _password_page(user_id: int, password: str) -> str:
    found = reading.user_page(session(), user_id, viewer()) or no_such("user", str(user_id))
    return render_template("user_password.html", page=found, password=password)


def _faults(error: ServiceError, fields: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """(field, text) of each fault; a fault without a field stands for the whole."""
    if not isinstance(error, ValidationError):
        return [("", told(error))]
    split = [fault.partition(": ") for fault in error.faults]
    return [((fields or {}).get(field, field), told(text)) for field, _, text in split]
