/* Sends what the reader decides about a matter. The version that was looked at goes with it. */
"use strict";
import { send } from "./send.js";

const section = document.querySelector(".next");
const { issue, version } = section.dataset;

async function take(form) {
  const filled = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && value.trim() !== "");
  const told = Object.fromEntries(filled);
  const button = form.querySelector("button");
  const fault = form.querySelector("[role=alert]");
  button.disabled = true;
  fault.hidden = true;
  try {
    const answer = await send(`/api/issues/${issue}/transitions`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "If-Match": `"${version}"` },
      body: JSON.stringify({ to: form.dataset.to, ...told }),
    });
    if (answer.ok) return location.reload();
    const { code, detail, errors } = await answer.json();
    const said = form.dataset[code] ?? section.dataset[code] ?? detail;
    fault.textContent = errors ? errors.map((each) => `${each.where}: ${each.reason}`).join("; ") : said;
  } catch (error) {
    fault.textContent = String(error.message ?? error);
  }
  fault.hidden = false;
  button.disabled = false;
}

/* Offers the matters that may be the same, where one can be named. */
async function offer(form) {
  const place = form.querySelector(".offers");
  const answer = await fetch(`/api/issues/${issue}/duplicates`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  for (const each of (await answer.json()).duplicates) {
    const choose = document.createElement("button");
    choose.type = "button";
    choose.className = "quiet";
    choose.textContent = `${each.id} · ${Math.round(each.likeness * 100)}% · ${each.text.slice(0, 40)}`;
    choose.addEventListener("click", () => { form.elements.into.value = each.id; });
    place.append(choose);
  }
}

for (const form of section.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(form);
  });
  if (form.elements.into) form.closest("details").addEventListener("toggle", () => offer(form), { once: true });
}
