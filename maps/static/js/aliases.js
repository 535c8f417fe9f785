/* Accepts and rejects what buildings are proposed to be called. */
"use strict";
import { pageData } from "./ground.js";
import { send } from "./send.js";

const fold = document.getElementById("aliases");
const said = document.getElementById("alias-words");
const { words } = pageData();

/* Brings the proposals up to date, as the service renders them. */
export async function refreshAliases() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  /* The fold alone: the rest has styles with a nonce of its own, which this page's policy would refuse. */
  const [part] = (await answer.text()).match(/<details class="aliases"[^]*?<\/details>/) ?? [];
  if (!part) return;
  const fresh = new DOMParser().parseFromString(part, "text/html");
  for (const id of ["alias-count", "alias-list"]) {
    document.getElementById(id).replaceChildren(...fresh.getElementById(id).childNodes);
  }
}

async function settle(button) {
  const { alias } = button.closest("li").dataset;
  const { verdict } = button.dataset;
  for (const each of button.closest("li").querySelectorAll("button")) each.disabled = true;
  said.textContent = words.saving;
  try {
    const answer = await send(`/api/aliases/${encodeURIComponent(alias)}/${verdict}`, { method: "POST" });
    const detail = answer.ok ? "" : (await answer.json()).detail ?? String(answer.status);
    await refreshAliases();
    said.textContent = detail ? `${words.failed} ${detail}` : words[`${verdict}ed`];
  } catch {
    for (const each of fold.querySelectorAll("button")) each.disabled = false;
    said.textContent = `${words.failed} ${words.unreachable}`;
  }
  (fold.querySelector("[data-verdict]") ?? fold.querySelector("summary")).focus();
}

fold.addEventListener("click", (event) => {
  const button = event.target.closest("[data-verdict]");
  if (button) settle(button);
});
