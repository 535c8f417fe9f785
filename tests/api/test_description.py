"""The OpenAPI document says what the service does."""

from __future__ import annotations

import json
import re


def test_description_is_whole(admin):
    document = admin.get("/openapi.json").json()
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= set(document["components"]["schemas"])
    assert "IssueIn" in named


def test_every_route_describes_its_errors_as_problems(admin):
    for path, operations in admin.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert set(answer["content"]) == {"application/problem+json"}, (path, status)
            if path not in ("/health", "/.well-known/dualgrid-keys.json", "/api/token"):
                assert operation["security"], path


def test_lists_are_described_as_geojson(admin):
    answer = admin.get("/openapi.json").json()["paths"]["/api/issues"]["get"]["responses"]["200"]
    assert answer["content"]["application/geo+json"]["schema"]["$ref"].endswith("IssueProperties_")


def test_category_is_described_as_what_is_taken(admin):
    schema = admin.get("/openapi.json").json()["components"]["schemas"]["IssueIn"]["properties"]["category"]
    assert {"type": "string"} in schema["anyOf"]
