/* The dispatcher's desk: goes through a list, shows the chosen matter, and takes keys for what the buttons do. */
"use strict";
import { gridAt, isPinning, show, startPinning, stopPinning, takeOrSave } from "./desk-map.js";
import { make, say, undoLast } from "./desk-changes.js";
import { node, pageData } from "./ground.js";
import { submitForm } from "./post.js";
import { notSaved, refused } from "./refusal.js";
import { send } from "./send.js";

const POLL_MS = 15000;
const { words } = pageData();
const lists = document.getElementById("lists");
const pane = document.getElementById("matter");
const nothing = [...pane.childNodes];
const help = document.getElementById("keys");
const community = new URLSearchParams(document.querySelector(".trays a").search).get("community") ?? "";
let chosen = null;
let tag = "";
let asked = 0;

const rows = () => [...lists.querySelectorAll(".choose")];
const article = () => pane.querySelector("article");
const press = () => {
  for (const row of rows()) row.setAttribute("aria-pressed", String(row.dataset.issue === chosen));
};
const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

/* Shows a matter; the answer to an older question does not replace that to a newer one. */
async function choose(id, { focus = true } = {}) {
  const own = ++asked;
  chosen = id;
  press();
  document.body.classList.toggle("opened", Boolean(id));
  if (!id) {
    pane.replaceChildren(...nothing.map((each) => each.cloneNode(true)));
    show({});
    return;
  }
  const row = rows().find((each) => each.dataset.issue === id);
  if (focus) row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  const answer = await fetch(`/desk/matters/${encodeURIComponent(id)}`, { headers: { Accept: "text/html" } });
  const html = await answer.text();
  if (own !== asked) return;
  if (!answer.ok) {
    say(notSaved(words, answer.status), { warns: true });
    return;
  }
  pane.replaceChildren(...parsed(html));
  document.getElementById("chosen").scrollTop = 0;
  for (const each of pane.querySelectorAll(".answer[data-lon]")) {
    const grid = gridAt(Number(each.dataset.lat), Number(each.dataset.lon));
    each.append(node("span", { text: grid ? grid.name : words.noGrid }));
    if (!grid) each.disabled = true;
  }
  show({ ...article().dataset, doubtful: Boolean(pane.querySelector(".doubt")) });
}

/* Brings counts and list up to date; what is chosen stays so. */
async function refresh() {
  const query = new URLSearchParams({ community, part: "list", list: lists.dataset.list });
  const headers = { Accept: "text/html", ...(tag && { "If-None-Match": tag }) };
  const answer = await fetch(`/desk?${query}`, { headers, cache: "no-store" });
  if (!answer.ok) return;
  tag = answer.headers.get("ETag") ?? "";
  const html = await answer.text();
  const focused = document.activeElement?.dataset.issue;
  const unfolded = lists.querySelector(".aliases")?.open;
  lists.replaceChildren(...parsed(html));
  if (unfolded) lists.querySelector(".aliases")?.setAttribute("open", "");
  press();
  if (focused) rows().find((each) => each.dataset.issue === focused)?.focus();
}

async function openList(name) {
  lists.dataset.list = name;
  tag = "";
  await refresh();
  history.replaceState(null, "", lists.querySelector("[aria-current]").href);
  await choose(matchMedia("(max-width: 760px)").matches ? null : rows()[0]?.dataset.issue ?? null);
}

function step(by) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.issue === chosen);
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) choose(next.dataset.issue);
}

/* Goes on to the matter behind the one that is done. */
async function goOn() {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.issue === chosen);
  const behind = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()].map((row) => row.dataset.issue);
  await refresh();
  const left = new Set(rows().map((row) => row.dataset.issue));
  await choose(left.has(chosen) ? chosen : behind.find((id) => left.has(id)) ?? null);
}

function change(path, body, done, back) {
  const { issue, version } = article().dataset;
  const again = async () => { await refresh(); await choose(issue); };
  return make({ id: issue, version, path, body, done, back, gone: goOn, again });
}

const undoPlace = () => ["location/undo", {}];
const locate = (where) => change("location", where, words.saved, undoPlace);

const acts = {
  pin: () => startPinning(({ lat, lng }) => {
    stopPinning();
    locate({ lon: lng, lat, crs: "wgs84" });
  }),
  assign: () => openForm("assign"),
  urgency: () => openForm("urgency"),
  merge(into) {
    const parts = "mayPart" in article().dataset;
    const back = () => (parts ? ["transitions", { to: "reported", note: words.undoNote }] : null);
    return change("transitions", { to: "merged", into }, words.merged, back);
  },
};

function openForm(name) {
  for (const form of pane.querySelectorAll("[data-form]")) form.hidden = form.dataset.form !== name;
  pane.querySelector(`[data-form="${name}"] select`)?.focus();
}

function closeForms() {
  for (const form of pane.querySelectorAll("[data-form]")) form.hidden = true;
}

function sendForm(form) {
  const given = Object.fromEntries([...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && value.trim()));
  const { grid, urgency } = article().dataset;
  if (form.dataset.form === "urgency") {
    return change("urgency", given, words.urgencySet, () => ["urgency", { urgency, note: words.undoNote }]);
  }
  if (!grid) return locate(given);
  const back = () => ["transitions", { to: "reported", grid, note: words.undoNote }];
  return change("transitions", { to: "reported", ...given }, words.transferred, back);
}

pane.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.form) sendForm(form);
  else submitForm(form, goOn);
});
pane.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act) acts[button.dataset.act]();
  else if (button.dataset.merge) acts.merge(button.dataset.merge);
  else if (button.dataset.place) locate(JSON.parse(button.dataset.place));
  else if ("cancel" in button.dataset) closeForms();
});
/* Accepts or rejects what a building is proposed to be called. */
async function settleAlias(button) {
  const { alias } = button.closest("li").dataset;
  const { verdict } = button.dataset;
  say(words.saving);
  try {
    const answer = await send(`/api/aliases/${encodeURIComponent(alias)}/${verdict}`, { method: "POST" });
    const body = await answer.json();
    const again = body.decided_again ? ` ${words.decidedAgain} ${body.decided_again}` : "";
    if (answer.ok) say(words[`${verdict}ed`] + again);
    else say(refused(words, body), { warns: true });
    await refresh();
  } catch {
    say(notSaved(words, words.unreachable), { warns: true });
  }
  lists.querySelector("[data-verdict], .aliases summary")?.focus();
}

lists.addEventListener("click", (event) => {
  const verdict = event.target.closest("[data-verdict]");
  if (verdict) settleAlias(verdict);
  const tray = event.target.closest("[data-list]");
  if (tray && tray !== lists) {
    event.preventDefault();
    openList(tray.dataset.list);
  }
  const row = event.target.closest(".choose");
  if (row) choose(row.dataset.issue);
});
document.getElementById("back").addEventListener("click", () => choose(null));
document.getElementById("help").addEventListener("click", () => help.showModal());
help.querySelector("[data-close]").addEventListener("click", () => help.close());

function turn(by) {
  const names = [...lists.querySelectorAll(".trays a")].map((tray) => tray.dataset.list);
  openList(names[(names.indexOf(lists.dataset.list) + by + names.length) % names.length]);
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  "]": () => turn(1),
  "[": () => turn(-1),
  p: () => pane.querySelector('[data-act="pin"]')?.click(),
  a: () => pane.querySelector('[data-act="assign"]')?.click(),
  u: () => pane.querySelector('[data-act="urgency"]')?.click(),
  m: () => pane.querySelector("[data-merge]")?.click(),
  z: () => undoLast(),
  Enter: () => document.getElementById("open-matter")?.click(),
  "/": () => document.getElementById("seek").focus(),
  "?": () => help.showModal(),
};

function pinKeys(event) {
  if (event.key === "Escape") stopPinning();
  else if (event.key === "Enter" && !event.target.closest("button")) takeOrSave();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isPinning()) return pinKeys(event);
  if (event.key === "Escape") return closeForms();
  if (event.target.closest("input, select, textarea, summary, dialog")) return;
  const onControl = event.target.closest("a, button:not(.choose)");
  if (event.key === "Enter" && onControl) return;
  const key = keys[event.key] ?? keys[event.key.toLowerCase()];
  const digit = /^[1-9]$/.test(event.key) && pane.querySelectorAll(".answer")[Number(event.key) - 1];
  if (!key && !digit) return;
  event.preventDefault();
  if (digit) digit.click();
  else key();
});

setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, POLL_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh().catch(() => {}); });

const linked = decodeURIComponent(location.hash.slice(1));
const first = matchMedia("(max-width: 760px)").matches ? null : rows()[0]?.dataset.issue;
if (linked || first) await choose(linked || first, { focus: false });
document.body.dataset.ready = "true";
