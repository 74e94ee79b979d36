"""Parties answer for activities (OST Art. VI); operators fly missions and controllers stand behind operators:
never parties.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base
from registry.domain.constraints import not_empty, one_of

PARTY_KINDS = ("state", "igo")
CONTROLLER_KINDS = ("agency", "company")


class Party(Base):
    """A State (id: ISO 3166-1 alpha-3) or intergovernmental organisation (id: acronym)."""

    __tablename__ = "parties"
    __table_args__ = (one_of("kind", PARTY_KINDS), not_empty("name"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String)


class Controller(Base):
    """Who ultimately controls an operator."""

    __tablename__ = "controllers"
    __table_args__ = (one_of("kind", CONTROLLER_KINDS), not_empty("name"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String)


class Operator(Base):
    """Who flies the mission, under the authority of one party."""

    __tablename__ = "operators"
    __table_args__ = (not_empty("name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    controller_id: Mapped[str] = mapped_column(ForeignKey("controllers.id"))
    source: Mapped[str] = mapped_column(String)
