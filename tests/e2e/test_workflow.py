"""A matter is carried on from its page, in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

ELSEWHERE = """async (url) => {
    const { send } = await import("/static/js/send.js");
    const headers = { "Content-Type": "application/json", "If-Match": "*" };
    return (await send(url, { method: "POST", headers, body: JSON.stringify({ to: "accepted" }) })).status;
}"""


def open_matter(page: Page, url: str) -> str:
    found: dict[str, Any] = page.evaluate(
        "fetch('/api/issues?status=reported&located=true&limit=1').then((answer) => answer.json())"
    )
    issue_id = found["features"][0]["id"]
    page.goto(f"{url}/issues/{issue_id}")
    return str(issue_id)


def take(page: Page, to: str, **told: str) -> None:
    form = page.locator(f"form:has([name=to][value={to}])")
    page.locator(f"details:has([name=to][value={to}]) > summary").click()
    for name, value in told.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button:not([type=button])").click()


def test_matter_is_taken_up_and_resolved_and_not_checked_by_the_same_person(
    signed_in_page: Page, service_url: str
) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/issues")
    open_matter(page, service_url)
    take(page, "accepted")
    expect(page.locator(".state .status")).to_have_text("网格快反")
    take(page, "resolved", answer="已修好", settled_at="格")
    expect(page.locator(".state .status")).to_contain_text("已解决")
    expect(page.locator(".answer")).to_contain_text("已修好")
    take(page, "closed", confirmation="check")
    refused = page.locator("form:has([name=to][value=closed]) [role=status]")
    expect(refused).to_have_text("办结的人不能自己复核，须由他人复核。")


def test_step_is_taken_though_the_page_s_script_is_late(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/issues")
    issue_id = open_matter(page, service_url)
    late: list[Route] = []
    page.route("**/static/js/post.js", lambda route: late.append(route), times=1)
    page.goto(f"{service_url}/issues/{issue_id}", wait_until="commit")
    take(page, "withdrawn", note="误报")
    expect(page.locator("form:has([name=to][value=withdrawn]) button")).to_be_enabled()
    assert len(late) == 1
    late[0].continue_()
    expect(page.locator(".state .status")).to_contain_text("已撤回")
    assert "?" not in page.url


def test_page_that_is_behind_is_told_so(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/issues")
    issue_id = open_matter(page, service_url)
    changed = page.evaluate(ELSEWHERE, f"/api/issues/{issue_id}/transitions")
    assert changed == 200
    take(page, "withdrawn", note="误报")
    expect(page.locator("form:has([name=to][value=withdrawn]) [role=status]")).to_contain_text("刚有人改动过")
