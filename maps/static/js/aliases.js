/* Accepts and rejects what buildings are proposed to be called. */
"use strict";
import { pageData } from "./ground.js";
import { send } from "./send.js";

const fold = document.getElementById("aliases");
const said = document.getElementById("alias-words");
const { words } = pageData();

/* Brings the proposals up to date, as the service renders them; the whole page as it is now. */
export async function refreshAliases() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return "";
  const page = await answer.text();
  /* The fold alone: the rest has styles with a nonce of its own, which this page's policy would refuse. */
  const [part] = page.match(/<details class="aliases"[^]*?<\/details>/) ?? [];
  if (!part) return page;
  const fresh = new DOMParser().parseFromString(part, "text/html");
  for (const id of ["alias-count", "alias-list"]) {
    document.getElementById(id).replaceChildren(...fresh.getElementById(id).childNodes);
  }
  return page;
}

/* Takes from the list what has its place by a name that was accepted. */
function leaveSettled(page) {
  const [, total] = page.match(/id="waiting-total">([^<]*)</) ?? [];
  if (total === undefined) return;
  document.getElementById("waiting-total").textContent = total;
  for (const item of document.querySelectorAll("#waiting > li")) {
    if (!page.includes(`<li id="${item.id}">`)) item.remove();
  }
  if (!document.querySelector("#waiting > li")) document.getElementById("all-placed").hidden = false;
}

async function settle(button) {
  const { alias } = button.closest("li").dataset;
  const { verdict } = button.dataset;
  for (const each of button.closest("li").querySelectorAll("button")) each.disabled = true;
  said.textContent = words.saving;
  try {
    const answer = await send(`/api/aliases/${encodeURIComponent(alias)}/${verdict}`, { method: "POST" });
    const body = await answer.json();
    const page = await refreshAliases();
    if (body.decided_again) leaveSettled(page);
    const again = body.decided_again ? ` ${words.decidedAgain} ${body.decided_again}` : "";
    said.textContent = answer.ok ? words[`${verdict}ed`] + again : `${words.failed} ${body.detail ?? answer.status}`;
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
