"""Stored receipts as the matter's page tells them."""

from __future__ import annotations

from datetime import date

from api.views.doubt import doubt_of
from api.views.receipt import told

POST = {"name": "梁洁娅", "role": "grid_worker", "reason": "holder"}
VERSION = {"id": "8", "grid": "001", "valid_to": None}


def test_boundary_and_post_without_a_first_day_are_told_as_since_ever() -> None:
    stored = {
        "grid_version": {**VERSION, "valid_from": "1970-01-01T00:00:00+00:00"},
        "post": {**POST, "valid_from": "1970-01-01"},
    }
    receipt = told(stored, text="水", zone="Asia/Shanghai")
    assert receipt.boundary
    assert receipt.boundary.valid_from is None
    assert receipt.post
    assert receipt.post.valid_from is None


def test_day_of_a_boundary_is_that_of_the_communitys_clock() -> None:
    stored = {"grid_version": {**VERSION, "valid_from": "2023-03-31T16:00:00+00:00"}}
    receipt = told(stored, text="水", zone="Asia/Shanghai")
    assert receipt.boundary
    assert receipt.boundary.valid_from == date(2023, 4, 1)


def test_distance_to_the_edge_is_told_also_where_no_other_grid_came_into_question() -> None:
    receipt = told(
        {"grid_version": {**VERSION, "valid_from": "2023-04-01T00:00:00+08:00"}, "edge_m": 72.0}, text="水", zone="UTC"
    )
    assert (receipt.edge_m, receipt.next_grid) == (72.0, None)


def test_grid_of_another_community_is_confirmed_by_its_code_and_community() -> None:
    worker = {"id": "W1", "name": "赵一"}
    candidates = [
        {"grid": "001", "name": "一", "distance_m": 0.0, "worker": worker, "community": "c"},
        {"grid": "001", "name": "甲", "distance_m": 4.0, "worker": None, "community": "d"},
        {"grid": "002", "name": "二", "distance_m": 30.0, "worker": worker, "community": "c"},
    ]
    doubt = doubt_of({"doubt": "near_edge", "given": {"location": {"accuracy_m": 20.0}}, "candidates": candidates})
    assert doubt
    assert [(each.name, each.worker, each.present, dict(each.place)) for each in doubt.answers] == [
        ("一", "赵一", True, {"grid": "001"}),
        ("甲", "", False, {"grid": "001", "community": "d"}),
    ]
    assert doubt.next_m == 4.0
