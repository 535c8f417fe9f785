/* Forms that ask the service for a change: what they hold goes there as JSON, and the page is shown anew.
   A form with a version changes that one only. What it says of a refusal's code goes before the refusal's own words. */
"use strict";
import { send } from "./send.js";

const words = JSON.parse(document.getElementById("post-words").textContent);

/* Sends a form; `done` is what the page does when it was taken. */
export async function submitForm(form, done = () => location.reload()) {
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  const given = [...new FormData(form)].filter(([name, value]) => value.trim() !== "" && name !== "csrf_token");
  const headers = { "Content-Type": "application/json" };
  if (form.dataset.version) headers["If-Match"] = `"${form.dataset.version}"`;
  button.disabled = true;
  said.textContent = words.saving;
  try {
    const answer = await send(form.dataset.post, {
      method: "POST",
      headers,
      body: JSON.stringify(Object.fromEntries(given)),
    });
    if (answer.ok) return await done();
    const problem = await answer.json();
    const faults = (problem.errors ?? []).map(({ where, reason }) => `${where}: ${reason}`).join("; ");
    said.textContent = form.dataset[problem.code] ?? `${words.failed} ${faults || problem.detail}`;
  } catch {
    said.textContent = `${words.failed} ${words.unreachable}`;
  }
  button.disabled = false;
}

for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitForm(form);
  });
}
