/* The map of hotspots: asks for what is found until it is complete, and shows it on the map and in words. */
"use strict";
import { node, pageData, prepare } from "./ground.js";
import { cardsOf, hearLegend } from "./hotspot-cards.js";
import { tellProgress } from "./progress.js";
import { view } from "./view.js";

const AGAIN_MS = 700;
const data = pageData();
const { words } = data;
const map = window.map_hotspots;
const layer = window.hotspot_cells_found;
const part = (id) => document.getElementById(id);
const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
let asking = null; // what breaks off the question under way
let shown = ""; // what of the answer is drawn already

const address = (path, extra = {}) => {
  const query = view.filters();
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  return `${path}?${query}`;
};

const ledger = (ids) => {
  const community = view.filters().get("community");
  return `/issues?${new URLSearchParams({ ...(community && { community }), ids })}`;
};
const cards = cardsOf(words, {
  cell: (id) => [node("a", { text: words.open, href: address(`/maps/hotspots/cells/${encodeURIComponent(id)}`) })],
  matters: (lists) => lists.map((ids, at) =>
    node("a", { text: lists.length > 1 ? `${words.open} ${at + 1}` : words.open, href: ledger(ids) })),
});

function tellProblem(said) {
  part("problem").textContent = said;
  part("problem").hidden = !said;
}

async function json(path, signal) {
  const response = await fetch(path, { signal, headers: { Accept: "application/json" }, cache: "no-store" });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors?.map(({ reason, detail }) => reason ?? detail).join(" ") || answer.detail || String(response.status));
  return answer;
}

async function html(path, signal) {
  const response = await fetch(path, { signal, headers: { Accept: "text/html" }, cache: "no-store" });
  if (response.status === 202) return null;
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? String(response.status));
  return parsed(await response.text());
}

/* Clusters can be compared before and after: they join the list of places. */
function offerClusters() {
  const group = document.querySelector("[data-clusters]");
  group?.replaceChildren(...[...document.querySelectorAll("#findings [data-near]")].map(({ dataset }) => {
    const option = node("option", { text: dataset.name });
    option.value = `near:${dataset.near}`;
    return option;
  }));
}

/* Asks until all is known. Who stops asking stops the work: the service ends what nobody waits for. */
async function ask() {
  asking?.abort();
  const own = new AbortController();
  asking = own;
  part("stopped").hidden = true;
  tellProblem("");
  try {
    for (;;) {
      const answer = await json(address("/api/maps/hotspots"), own.signal);
      const state = [answer.as_of, answer.outdated, answer.clusters?.length, answer.scan?.length].join();
      if (answer.as_of && state !== shown) {
        const said = await html(address("/maps/hotspots", { part: "findings" }), own.signal);
        layer.show(answer);
        if (said) part("findings").replaceChildren(...said);
        part("counted").textContent = document.querySelector("#findings .basis")?.textContent.trim() ?? "";
        offerClusters();
        shown = state;
      }
      const { progress } = answer;
      tellProgress(part("underway"), answer.complete ? null : progress, answer.outdated ? words.outdated : words[progress?.what] ?? "");
      if (answer.complete) break;
      await new Promise((wake) => { setTimeout(wake, AGAIN_MS); });
      if (own.signal.aborted) return;
    }
    document.body.dataset.complete = "true";
  } catch (error) {
    if (own.signal.aborted) return;
    tellProgress(part("underway"), null);
    part("findings").replaceChildren();
    tellProblem(error instanceof TypeError ? words.unreachable : error.message);
  }
}

function begin() {
  shown = "";
  delete document.body.dataset.complete;
  ask();
}

part("underway").querySelector("[data-stop]").addEventListener("click", () => {
  asking?.abort();
  tellProgress(part("underway"), null);
  part("stopped").hidden = false;
  part("findings").querySelector(".skeleton")?.remove();
});
part("stopped").querySelector("[data-again]").addEventListener("click", ask);

document.querySelector("[data-campaign]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const [kind, ...value] = form.elements.where.value.split(":");
  const area = { grid: { area: value.join(":") }, near: { near: value.join(":") } }[kind] ?? {};
  try {
    const path = address(`/maps/hotspots/change/${form.elements.day.value}`, area);
    part("change").replaceChildren(...await html(path));
  } catch (error) {
    part("change").replaceChildren(node("p", { className: "warning", text: error instanceof TypeError ? words.unreachable : error.message }));
  }
});

for (const choice of document.querySelectorAll("[data-option]")) {
  choice.addEventListener("change", () => view.change({ [choice.name]: choice.value }));
}
hearLegend(layer, part("findings"));

prepare(map, data, {
  keepView: true,
  clear() {
    const legend = document.querySelector(".legend");
    const { x, y } = map.getSize();
    if (x < 761) return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 164] };
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 16] } : {};
  },
});
layer.card = (kind, facts) => cards[kind](facts);
view.onChange(begin);
begin();
document.body.dataset.ready = "true";
