"""Planned missions as public sources tell of them: background for claims, positions approximate, nothing
filed.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base
from registry.domain.constraints import not_empty


class Mission(Base):
    """A planned or flown mission near the south pole."""

    __tablename__ = "missions"
    __table_args__ = (not_empty("name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    operator: Mapped[str] = mapped_column(String(200))
    party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    partner: Mapped[str] = mapped_column(String)
    lat_deg: Mapped[float | None]
    lon_deg: Mapped[float | None]
    year: Mapped[str] = mapped_column(String(32))
    landed_mass_kg: Mapped[float | None]
    remark: Mapped[str] = mapped_column(String)
    source: Mapped[str] = mapped_column(String)
