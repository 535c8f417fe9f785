"""What people write is text, in either format."""

from __future__ import annotations

from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from api.open311 import answer
from tests.api.open311.wire import REQUEST, parsed, refused, spark


def test_hostile_words_are_text_and_nothing_else(made, get):
    hostile = '</description><script>alert(1)</script><!ENTITY x "y">]]>&amp; \x0b\x1b\ufffe'
    number = made(description=hostile, address_string="<b>&'\"")
    reply = get(f"requests/{number}.xml")
    (found,) = parsed(reply)
    assert set(found) == REQUEST
    assert found["description"] == '</description><script>alert(1)</script><!ENTITY x "y">]]>&amp; \ufffd\ufffd\ufffd'
    assert found["address"] == "<b>&'\""
    assert "<script" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


@given(st.text())
def test_whatever_is_written_leaves_the_xml_well_formed(words):
    body = answer("service_requests", [{"description": words}], "xml").body
    (found,) = spark(ElementTree.fromstring(body))
    allowed = "".join(
        c
        if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
        else "\n"
        if c == "\r"
        else "\ufffd"
        for c in words.replace("\r\n", "\n")
    )
    assert (found["description"] if isinstance(found, dict) else "") == allowed or not words


def test_answer_is_no_page_even_for_a_browser(client_for):
    reply = client_for("admin", browser=True).get("/open311/v2/requests/x.xml")
    refused(reply, 404)
