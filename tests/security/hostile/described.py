"""The ways in that the OpenAPI document names: every parameter and every field, to be filled with what nobody wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.app import create_app
from gis.settings import Settings

DOCUMENT = create_app(Settings()).openapi()
_SOUND = {"string": "x", "integer": 1, "number": 1.0, "boolean": True, "array": [], "null": None}


@dataclass(frozen=True)
class Operation:
    """One operation: its method, its path, the names in its path and query, and its JSON body's schema."""

    method: str
    path: str
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]
    body: dict[str, Any] | None
    form: tuple[str, ...]
    security: bool

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> Iterator[Operation]:
    """Every operation of the document."""
    for path, item in DOCUMENT["paths"].items():
        for method, described in item.items():
            named = [resolved(each) for each in described.get("parameters", [])]
            content = described.get("requestBody", {}).get("content", {})
            form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
            yield Operation(
                method.upper(),
                path,
                tuple(each["name"] for each in named if each["in"] == "path"),
                tuple(each["name"] for each in named if each["in"] == "query"),
                resolved(content["application/json"]["schema"]) if "application/json" in content else None,
                tuple(resolved(form).get("properties", {})),
                bool(described.get("security")),
            )


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def fields(schema: dict[str, Any], inside: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to each field of a body, also to those inside of others."""
    for name, each in resolved(schema).get("properties", {}).items():
        yield (*inside, name)
        for kind in _kinds(each):
            yield from fields(kind, (*inside, name))


def sound(schema: dict[str, Any]) -> Any:
    """The smallest value that has the form that a schema wants."""
    kind = resolved(_kinds(schema)[0])
    if "properties" in kind:
        return {name: sound(kind["properties"][name]) for name in kind.get("required", ())}
    if "enum" in kind or "const" in kind:
        return kind.get("const", kind.get("enum", [None])[0])
    return _SOUND.get(kind.get("type", "null"))


def with_value(schema: dict[str, Any], way: tuple[str, ...], value: Any) -> Any:
    """A sound body, but for what one of its fields holds."""
    body = sound(schema)
    first, rest = way[0], way[1:]
    if not rest:
        return {**body, first: value}
    inner = next(
        kind for kind in _kinds(resolved(schema)["properties"][first]) if rest[0] in kind.get("properties", {})
    )
    return {**body, first: with_value(inner, rest, value)}


def _kinds(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What a field may be, without null."""
    given = resolved(schema)
    listed = [resolved(each) for each in given.get("anyOf", given.get("oneOf", given.get("allOf", [given])))]
    return [each for each in listed if each.get("type") != "null"] or [given]


OPERATIONS = {each.label: each for each in operations()}
