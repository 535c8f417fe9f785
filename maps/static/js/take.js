/* What is taken along of a map shows the ground that the map shows, at the moment of the click. What takes long to be
 * found is asked for until it is there; meanwhile the menu tells how far it is. Who stops asking stops the work. */
"use strict";
import { tellProgress } from "./progress.js";

const ASK_AGAIN_MS = 700;

function aimed(link, map) {
  const bounds = map.getBounds();
  const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const to = new URL(link.href);
  to.searchParams.set("extent", edges.map((each) => each.toFixed(6)).join(","));
  return to.pathname + to.search;
}

/* The address also has what the page's form has not: how hotspots are looked for. */
function asShown(link) {
  const to = new URL(link.href);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!to.searchParams.has(name)) to.searchParams.set(name, value);
  }
  return to.href;
}

function save(link, blob, named) {
  const made = document.createElement("a");
  made.href = URL.createObjectURL(blob);
  made.download = named?.match(/filename="([^"]+)"/)?.[1] ?? link.download;
  made.click();
  setTimeout(() => URL.revokeObjectURL(made.href), 60000);
}

async function bring(link, words, box, signal) {
  tellProgress(box, { of: 0 }, words.making);
  for (;;) {
    const response = await fetch(link.href, { signal, cache: "no-store" });
    if (response.status === 202) {
      const progress = await response.json();
      tellProgress(box, progress, words[progress.what] ?? words.making);
      await new Promise((wake) => { setTimeout(wake, ASK_AGAIN_MS); });
      signal.throwIfAborted();
    } else if (response.ok) {
      return save(link, await response.blob(), response.headers.get("Content-Disposition"));
    } else {
      const told = await response.json().catch(() => ({}));
      throw new Error(told.errors?.map(({ reason, detail }) => reason ?? detail).join(" ") || told.detail || String(response.status));
    }
  }
}

export function takeFrom(map, words) {
  for (const link of document.querySelectorAll("a[data-takes-view]")) {
    link.addEventListener("click", () => { link.href = aimed(link, map); });
  }
  const box = document.querySelector("[data-taking]");
  const problem = document.querySelector("[data-taking-problem]");
  let taking = null;
  box?.querySelector("[data-stop-taking]").addEventListener("click", () => taking.abort());
  for (const link of document.querySelectorAll("a[data-takes-long]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      taking?.abort();
      const own = new AbortController();
      taking = own;
      link.href = asShown(link);
      problem.hidden = true;
      try {
        await bring(link, words, box, own.signal);
      } catch (error) {
        if (own.signal.aborted) return;
        problem.textContent = error instanceof TypeError ? words.unreachable : error.message;
        problem.hidden = false;
      } finally {
        if (taking === own) tellProgress(box, null);
      }
    });
  }
}
