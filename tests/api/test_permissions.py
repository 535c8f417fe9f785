"""What an account is told of what it may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_account_is_told_what_it_may_do_where_and_why(client_for: Callable[..., Any]) -> None:
    told = client_for("worker").get("/api/permissions").json()
    assert (told["account"], told["role"]) == ("worker", "worker")
    assert {"action": "pin_issue", "where": "grid", "code": "G1", "why": "post grid_worker since 2020-01-01"} in told[
        "allowed"
    ]
    assert {grant["where"] for grant in told["allowed"]} == {"grid"}
    official = client_for("official").get("/api/permissions").json()
    assert {(grant["action"], grant["code"]) for grant in official["allowed"]} >= {("read", "999119")}
    assert "report_issue" not in {grant["action"] for grant in official["allowed"]}


def test_what_no_rule_allows_is_not_in_the_list(client_for: Callable[..., Any]) -> None:
    intake = client_for("intake").get("/api/permissions").json()
    assert {grant["action"] for grant in intake["allowed"]} == {"report_issue"}
