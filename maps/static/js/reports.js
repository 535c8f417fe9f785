/* While a report is being made, the page says how far it is; when it is done, its files are there. */
"use strict";

const EVERY_MS = 1500;
const steps = JSON.parse(document.getElementById("steps").textContent);
const order = Object.keys(steps);

async function look(row) {
  const answer = await fetch(`/api/reports/${row.dataset.report}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const { state, step } = await answer.json();
  if (state === "made" || state === "failed") return true;
  row.querySelector("[data-step]").textContent = steps[step ?? "waiting"];
  row.querySelector("progress").value = order.indexOf(step ?? "waiting");
  return false;
}

const going = [...document.querySelectorAll('[data-state="waiting"], [data-state="making"]')];

async function follow() {
  try {
    const done = await Promise.all(going.map(look));
    if (done.some(Boolean)) return location.reload();
  } catch { /* the service is away for a moment: ask again */ }
  return setTimeout(follow, EVERY_MS);
}

if (going.length) setTimeout(follow, EVERY_MS);
