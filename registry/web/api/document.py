"""The OpenAPI document, made when it is first asked for, and the page that says the same to people."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template
from flask_openapi3.models import OPENAPI3_REF_TEMPLATE, APISpec, Components, Info, Schema, SecurityScheme
from pydantic import BaseModel

from registry.domain.api_tokens import SCOPES
from registry.web.api.answers import OPENAPI, answer, body_of
from registry.web.api.blueprint import TAGS, operation
from registry.web.api.blueprint import described as operations
from registry.web.api.collections import Feature, FeatureCollection
from registry.web.api.problems import TYPES, Problem
from registry.web.sessions import chosen_round

pages = Blueprint("api_page", __name__)
VERSION = "1.0.0"
ABOUT = """The register of priorities of use of sites near the lunar south pole, for programs.

Everything public is here as on the pages; instants are UTC, geometries metres of IAU_2015:30135 unless a field or an answer
says otherwise, units are in the names of fields. A token (made on the account page, or by `registry user token make`) is
needed to file, to amend, and to see what only its person sees. A version of the API only grows: fields are added, none is
renamed or taken away.
"""


@operation("/openapi.json", {200: {"content": {OPENAPI: {"schema": {"type": "object"}}}}}, "about")
def openapi() -> Response:
    """The document that describes the API."""
    return answer(body_of(described()), media=OPENAPI)


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The document, made from the operations once in a process."""
    found = operations()
    schemas = dict(found.components_schemas)
    for model in (Problem, Feature, FeatureCollection):
        schemas |= _schemas(model)
    bearer = SecurityScheme(type="http", scheme="bearer", description=f"Scopes: {', '.join(SCOPES)}")
    spec = APISpec(
        openapi="3.1.0",
        info=Info(title="Lunar Site Registry", version=VERSION, description=ABOUT),
        paths=found.paths,
        tags=found.tags,
        components=Components(schemas=schemas, securitySchemes={"token": bearer}),
    )
    made: dict[str, Any] = spec.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    return made


def _schemas(model: type[BaseModel]) -> dict[str, Schema]:
    """The schema of a model and of all that it refers to, as components."""
    made = model.model_json_schema(ref_template=OPENAPI3_REF_TEMPLATE, mode="serialization")
    parts = {**made.pop("$defs", {}), model.__name__: made}
    return {name: Schema(**schema) for name, schema in parts.items()}


@pages.get("/api")
def for_programs() -> str:
    """The API for people: how to begin, every operation, every refusal."""
    return render_template(
        "api.html",
        round=chosen_round(),
        document=described(),
        groups=[(tag, words, list(_operations(tag))) for tag, words in TAGS.items()],
        problems=TYPES,
        scopes=SCOPES,
    )


def _operations(tag: str) -> Any:
    """(method, path, operation) of each operation of a group."""
    for path, item in described()["paths"].items():
        for method, described_ in item.items():
            if tag in described_.get("tags", ()):
                yield method.upper(), path, described_
