/* The inbox asks now and then whether something has changed; what somebody is writing is never taken away for it. */
"use strict";

import { send } from "./send.js";

const EVERY_MS = 30_000;
const list = document.querySelector("[data-inbox]");
const fresh = list.querySelector(".fresh");
let seen = list.dataset.seen;

const busy = () =>
  document.querySelector("dialog[open], .sending > li, details[open]") !== null ||
  [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);

async function look() {
  if (document.hidden) return;
  try {
    const headers = { Accept: "application/json", "If-None-Match": seen };
    const answer = await send(list.dataset.inbox, { method: "HEAD", headers, cache: "no-store" });
    if (!answer.ok) return; // also 304: nothing has changed
    seen = answer.headers.get("ETag");
    if (busy()) fresh.hidden = false;
    else location.reload();
  } catch {
    // Without a connection there is nothing new; what is on the page stays.
  }
}

fresh.querySelector("[data-reload]").addEventListener("click", () => location.reload());
document.addEventListener("visibilitychange", look);
setInterval(look, EVERY_MS);

/* The bar under the thumb opens what stands further down. */
const open = (details) => {
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: "start", behavior: "smooth" });
  details.querySelector("textarea, select")?.focus({ preventScroll: true });
};
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () =>
    open(document.querySelector(`.next form:has([name=to][value="${button.dataset.step}"])`)?.closest("details")));
}
document.querySelector("[data-steps]")?.addEventListener("click", () =>
  document.querySelector(".next").scrollIntoView({ block: "start", behavior: "smooth" }));
