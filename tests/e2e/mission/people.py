"""People who are signed in, and what they do over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.conftest import PASSWORD


@dataclass
class Person:
    """Somebody who is signed in. What they ask for is answered, or the test ends."""

    client: httpx.Client

    def get(self, path: str, **asked: Any) -> Any:
        return self.answered(self.client.get(path, params=asked or None)).json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.answered(self.client.post(path, json=body))
        return answer.json() if answer.content else None

    def sees(self, path: str, **asked: Any) -> str:
        """A page, as its source."""
        return self.answered(self.client.get(path, params=asked, headers={"accept": "text/html"})).text

    def take(self, issue_id: str, to: str, **told: Any) -> dict[str, Any]:
        """Bring a matter to another stage, from what is seen of it now."""
        seen = self.answered(self.client.get(f"/api/issues/{issue_id}")).headers["etag"]
        return dict(self.answered(self.tries(issue_id, to, seen=seen, **told)).json())

    def tries(self, issue_id: str, to: str, *, seen: str | None = None, **told: Any) -> httpx.Response:
        """The same, from what was seen of it before; whatever is answered."""
        headers = {"if-match": seen} if seen else {}
        return self.client.post(f"/api/issues/{issue_id}/transitions", json={"to": to, **told}, headers=headers)

    def answered(self, answer: httpx.Response) -> httpx.Response:
        assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        return answer


@dataclass
class People:
    """Who is signed in at a service, by name; closed when they are no longer needed."""

    url: str
    _known: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        """Who has an account with the password of the demonstration."""
        if name not in self._known:
            self.signs_in(name, PASSWORD)
        return self._known[name]

    def given_account(self, name: str, **known: str) -> Person:
        """Somebody to whom the administrator gives an account (role, worker), with a password of their own then."""
        if name not in self._known:
            password = self["admin"].post("/api/accounts", username=name, **known)["password"]
            self.signs_in(name, password).post("/api/account/password", password=password, new_password=PASSWORD)
        return self._known[name]

    def signs_in(self, name: str, password: str) -> Person:
        person = self._known[name] = Person(httpx.Client(base_url=self.url, timeout=30))
        token = person.client.post("/api/token", data={"username": name, "password": password}).json()
        person.client.headers["authorization"] = f"Bearer {token['access_token']}"
        return person

    def close(self) -> None:
        for person in self._known.values():
            person.client.close()
