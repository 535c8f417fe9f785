/* What the desk changes: each is sent with the version that was looked at, told of, and can be undone for a while. */
"use strict";
import { pageData } from "./ground.js";
import { notSaved, refused } from "./refusal.js";
import { send } from "./send.js";

const UNDO_MS = 12000;
const { words } = pageData();
const bar = document.getElementById("told");
const said = document.getElementById("said");
const undo = document.getElementById("undo");
let takeBack = null;
let timer = 0;

export function say(text, { warns = false } = {}) {
  said.textContent = text;
  bar.classList.toggle("speaks", Boolean(text));
  bar.classList.toggle("warns", warns);
}

function offerUndo(back) {
  clearTimeout(timer);
  takeBack = back;
  undo.hidden = !back;
  if (back) timer = setTimeout(() => { offerUndo(null); say(""); }, UNDO_MS);
}

/* Sends a change; gives the matter as it is then, or null after saying why not. `overtaken` is called when somebody
 * else was first. */
async function change(url, body, version, overtaken) {
  say(words.saving);
  try {
    const headers = { "Content-Type": "application/json", "If-Match": `"${version}"` };
    const answer = await send(url, { method: "POST", headers, body: JSON.stringify(body) });
    const matter = await answer.json();
    if (answer.ok) return matter;
    if (answer.status === 412) {
      say(words.overtaken, { warns: true });
      overtaken();
      return null;
    }
    say(refused(words, matter), { warns: true });
  } catch {
    say(notSaved(words, words.unreachable), { warns: true });
  }
  return null;
}

/* One change with its way back: `back(matter)` gives `[path, body]` that undoes it, or null. `gone` and `again` say
 * what the page does after the change, and after it was undone. */
export async function make({ id, version, path, body, done, back, gone, again }) {
  offerUndo(null);
  const url = `/api/issues/${encodeURIComponent(id)}`;
  const matter = await change(`${url}/${path}`, body, version, again);
  if (!matter) return null;
  const where = [matter.grid?.name, matter.worker?.name].filter(Boolean).join(" · ");
  say(done.replace("…", where));
  const way = back?.(matter);
  if (way) {
    offerUndo(async () => {
      offerUndo(null);
      if (!await change(`${url}/${way[0]}`, way[1], matter.version, again)) return;
      await again();
      say(words.undone);
    });
  }
  await gone();
  return matter;
}

export const undoLast = () => takeBack?.();
undo.addEventListener("click", undoLast);
