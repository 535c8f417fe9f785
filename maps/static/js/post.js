/* Forms that ask the service for a change: what they hold goes there as JSON (boxes as true or false, numbers as
   numbers), and the page is shown anew, or the one of what was made (data-onto). A form with a version changes that
   one only. What it says of a refusal's code goes before the refusal's own words. A form whose fields are not its
   body has one made (form.body). */
"use strict";
import { notSaved, refused } from "./refusal.js";
import { send } from "./send.js";

const words = JSON.parse(document.getElementById("post-words").textContent);

/* What this page says, as it is now, of what happened last; what has been written here stays. */
async function latest() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return (page.querySelector("[data-latest]")?.textContent ?? "").replace(/\s+/g, " ").trim();
}

/* What the form calls a field, which is marked as the one at fault; the field's own name where it has no label. */
function marked(form, where) {
  const field = form.elements.namedItem(where);
  field?.setAttribute?.("aria-invalid", "true");
  return field?.labels?.[0]?.firstChild.textContent.trim() || where;
}

/* Sends a form; `done` is what the page does when it was taken. */
export async function submitForm(form, done = () => location.reload()) {
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  const given = [...new FormData(form)]
    .filter(([name, value]) => value.trim() !== "" && name !== "csrf_token")
    .map(([name, value]) => [name, form.elements[name].type === "number" ? Number(value) : value]);
  const boxes = [...form.querySelectorAll("input[type=checkbox]")].map(({ name, checked }) => [name, checked]);
  const headers = { "Content-Type": "application/json" };
  if (form.dataset.version) headers["If-Match"] = `"${form.dataset.version}"`;
  button.disabled = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  said.textContent = words.saving;
  try {
    const answer = await send(form.dataset.post, {
      method: "POST",
      headers,
      body: JSON.stringify(form.body?.() ?? Object.fromEntries([...given, ...boxes])),
    });
    if (answer.ok && form.dataset.onto) return location.assign(form.dataset.onto + (await answer.json()).id);
    if (answer.ok) return await done();
    const problem = await answer.json();
    const refusal = refused(words, problem, (where) => marked(form, where));
    said.textContent = form.dataset[problem.code] ?? refusal;
    if (problem.code === "overtaken") said.append(" ", await latest());
    form.querySelector("[aria-invalid]")?.focus();
  } catch {
    said.textContent = notSaved(words, words.unreachable);
  }
  button.disabled = false;
}

for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitForm(form);
  });
}

/* What was sent before is sent now, when all scripts have said what their forms hold. */
addEventListener("DOMContentLoaded", () => {
  document.removeEventListener("submit", wait);
  for (const form of early) form.requestSubmit();
});
