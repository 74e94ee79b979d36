"""How the models of answers are written: read from the rows of queries, each field with its words."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """A thing of the register as programs read it."""

    model_config = ConfigDict(from_attributes=True)


def says(words: str, **more: Any) -> Any:
    """A field with what it means."""
    return Field(description=words, **more)


Json = dict[str, Any]
