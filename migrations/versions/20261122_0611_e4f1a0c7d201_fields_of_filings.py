"""fields of filings

Contacts, disposal, contributions and what else a filing states become fields; findings say what follows from them;
provisions whom they bind; norm profiles are new. Filings received before (form 1) keep their content as received: the
fields are filled from their prose, and what it did not say stays unsaid.

Revision: e4f1a0c7d201, after 74e460ac94bc, made 2026-11-22 06:10:00+00:00
"""

import json
import re
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "e4f1a0c7d201"
down_revision = "74e460ac94bc"
branch_labels = None
depends_on = None

STANDINGS = "'binding', 'non-binding', 'proposed', 'agency'"
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
NOBODY = {"name": "", "email": "", "phone": "", "always": None, "notice_days": None}
CONTRIBUTION = {"kind": "", "what": "", "percent": None, "amount": "", "evidence": ""}
DEFAULTS: dict[str, Any] = {
    "contacts": {"supervision": NOBODY, "emergency": NOBODY, "visits": NOBODY, "liability": NOBODY},
    "registration": {
        "designator": "", "launch_date": "", "launch_place": "", "function": "", "status_updates": None,
        "kept_after_end": None,
        "orbit": {"nodal_period_min": None, "inclination_deg": None, "apogee_km": None, "perigee_km": None},
    },
    "military": {"personnel": None, "role": ""},
    "resources": {"extracts": False, "materials": [], "notice": ""},
    "disposal": {"method": None, "end_state": "", "within_days": None, "passivation": ""},
    "publication": {
        "plan_url": "", "conduct": "", "results": "", "data_released_on": "", "progress_report_days": None,
    },
    "access": {"open_to_passage": None, "science_transits": "", "joint_use": ""},
    "zones": {
        "reason": "", "published": "", "withheld": "", "entry_notice_days": None, "change_notice_days": None,
        "refuses_entry": None,
    },
    "standards": [],
    "programmes": [],
    "sustainability": {},
    "proximity": {"planned": False, "near": "", "procedure": ""},
    "benefit_sharing": "",
}  # fmt: skip


def upgrade() -> None:
    _add_fields()
    _fill_revisions()
    _fill_credits()
    _fill_findings()
    _drop_prose()
    op.create_table(
        "norm_profiles",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("provisions", sa.Text(), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_norm_profiles_name_not_empty")),
        sa.CheckConstraint(f"standing IN ({STANDINGS})", name=op.f("ck_norm_profiles_standing_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm_profiles")),
    )


def downgrade() -> None:
    op.drop_table("norm_profiles")
    _add_prose()
    _fill_prose()
    _drop_fields()


def _add_fields() -> None:
    """New columns with defaults for the rows that are there; the defaults go when the rows are filled."""
    with op.batch_alter_table("revisions") as table:
        table.add_column(sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("particulars", sa.Text(), nullable=False, server_default="{}"))
        table.create_check_constraint(op.f("ck_revisions_form_positive"), "form >= 1")
    with op.batch_alter_table("credits") as table:
        table.add_column(sa.Column("contributions", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("phases") as table:
        table.add_column(sa.Column("anomaly", sa.Text(), nullable=True))
    with op.batch_alter_table("provisions") as table:
        table.add_column(sa.Column("binds", sa.String(16), nullable=False, server_default="all"))
        table.add_column(sa.Column("timer", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("timer_default", sa.String(40), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_provisions_binds_known"), "binds IN ('all', 'members')")
    with op.batch_alter_table("findings") as table:
        table.add_column(sa.Column("mend", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("effect", sa.String(16), nullable=False, server_default="none"))
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_findings_effect_known"), "effect IN ('none', 'returns', 'noted', 'duty')"
        )


def _drop_prose() -> None:
    with op.batch_alter_table("revisions") as table:
        for name in ("supervision_contact", "disposal_plan", "emergency_contact", "uses_resources"):
            table.drop_column(name)
        for name in ("form", "particulars"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("credits") as table:
        table.drop_column("contribution")
        table.alter_column("contributions", server_default=None)
    for name, columns in (("provisions", ("binds", "timer", "timer_default")), ("findings", ("mend", "effect"))):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


def _rows(statement: str) -> list[Any]:
    return list(op.get_bind().execute(sa.text(statement)))


def _set(statement: str, **values: Any) -> None:
    op.get_bind().execute(sa.text(statement), values)


def _fill_revisions() -> None:
    rows = _rows(
        "SELECT id, content, supervision_contact, emergency_contact, disposal_plan, uses_resources FROM revisions"
    )
    for key, content, *prose in rows:
        document = json.loads(content)
        fields = "contacts" in document  # filed in the new form, and then taken down to the old tables
        particulars = _of_fields(document) if fields else _of_prose(*prose)
        _set(
            "UPDATE revisions SET particulars = :text, form = :form WHERE id = :key",
            text=_json(particulars),
            form=2 if fields else 1,
            key=key,
        )


def _of_prose(supervision: str, emergency: str, disposal: str, uses: Any) -> dict[str, Any]:
    contacts = {"supervision": _contact(supervision), "emergency": _contact(emergency)}
    said = {"contacts": contacts, "resources": {"extracts": bool(uses)}, "disposal": {"end_state": disposal}}
    return _merged(DEFAULTS, said)


def _of_fields(document: dict[str, Any]) -> dict[str, Any]:
    answers = (document.get("sustainability") or {}).items()
    filled = {code: {"evidence": "", **answer} for code, answer in answers}
    return {**_merged(DEFAULTS, document), "sustainability": filled}


def _merged(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The defaults with what is given in their place, group by group; nothing else that is given."""
    return {
        name: _merged(default, given.get(name) or {})
        if isinstance(default, dict)
        else (default if given.get(name) is None else given[name])
        for name, default in defaults.items()
    }


def _fill_credits() -> None:
    rows = _rows(
        "SELECT credits.id, party_id, contribution, content FROM credits JOIN revisions ON revisions.id = revision_id"
    )
    for key, party, text, content in rows:
        filed = json.loads(content)["contributions"].get(party)
        if isinstance(filed, list):
            given = [_merged(CONTRIBUTION, row) for row in filed]
        else:
            given = [{**CONTRIBUTION, "kind": "other", "what": text}] if text.strip() else []
        _set("UPDATE credits SET contributions = :text WHERE id = :key", text=_json(given), key=key)


def _fill_findings() -> None:
    """What an unfavourable finding led to then: a soft one was kept, every other returned the claim."""
    _set("UPDATE findings SET effect = 'returns' WHERE outcome = 'unfavourable'")
    _set(
        "UPDATE findings SET effect = 'noted' WHERE outcome = 'unfavourable' "
        "AND provision_id IN (SELECT id FROM provisions WHERE severity = 'soft')"
    )


def _contact(text: str) -> dict[str, Any]:
    if not text.strip():
        return NOBODY
    found = EMAIL.search(text)
    return {**NOBODY, "name": text, "email": found[0] if found else ""}


def _json(value: Any) -> str:
    return rfc8785.dumps(value).decode()


def _add_prose() -> None:
    with op.batch_alter_table("revisions") as table:
        for name in ("supervision_contact", "disposal_plan", "emergency_contact"):
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("uses_resources", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("credits") as table:
        table.add_column(sa.Column("contribution", sa.String(), nullable=False, server_default=""))


def _fill_prose() -> None:
    """Prose from the fields: of form 1 exactly what was filed, of later forms the fields in a row."""
    for key, text in _rows("SELECT id, particulars FROM revisions"):
        said = json.loads(text)
        _set(
            "UPDATE revisions SET supervision_contact = :supervision, emergency_contact = :emergency, "
            "disposal_plan = :disposal, uses_resources = :uses WHERE id = :key",
            supervision=_line(said["contacts"]["supervision"]),
            emergency=_line(said["contacts"]["emergency"]),
            disposal=_joined(said["disposal"]["method"] or "", said["disposal"]["end_state"]),
            uses=said["resources"]["extracts"],
            key=key,
        )
    for key, text in _rows("SELECT id, contributions FROM credits"):
        named = _joined(*(row["what"] for row in json.loads(text)))
        _set("UPDATE credits SET contribution = :text WHERE id = :key", text=named, key=key)


def _line(contact: dict[str, Any]) -> str:
    more = [contact[name] for name in ("email", "phone") if contact[name] and contact[name] not in contact["name"]]
    return _joined(contact["name"], *more)


def _joined(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def _drop_fields() -> None:
    with op.batch_alter_table("revisions") as table:
        table.drop_constraint(op.f("ck_revisions_form_positive"), type_="check")
        for name in ("form", "particulars"):
            table.drop_column(name)
        for name in ("supervision_contact", "disposal_plan", "emergency_contact", "uses_resources"):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("credits") as table:
        table.drop_column("contributions")
        table.alter_column("contribution", server_default=None)
    with op.batch_alter_table("phases") as table:
        table.drop_column("anomaly")
    with op.batch_alter_table("provisions") as table:
        table.drop_constraint(op.f("ck_provisions_binds_known"), type_="check")
        for name in ("binds", "timer", "timer_default"):
            table.drop_column(name)
    with op.batch_alter_table("findings") as table:
        table.drop_constraint(op.f("ck_findings_effect_known"), type_="check")
        for name in ("mend", "effect", "due_at"):
            table.drop_column(name)
