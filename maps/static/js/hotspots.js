/* The map of hotspots: asks for what is found until it is complete, and shows it on the map and in words. */
"use strict";
import { node, pageData, prepare } from "./ground.js";
import { tellProgress } from "./progress.js";
import { view } from "./view.js";

const AGAIN_MS = 700;
const data = pageData();
const { words } = data;
const map = window.map_hotspots;
const layer = window.hotspot_cells_found;
const part = (id) => document.getElementById(id);
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
let asking = null; // what breaks off the question under way
let shown = ""; // what of the answer is drawn already

const address = (path, extra = {}) => {
  const query = view.filters();
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  return `${path}?${query}`;
};

/* The cards of what is touched. */
const figure = (word, amount) => node("div", {}, node("dt", { text: word }), node("dd", { text: amount }));
const ledger = (ids) => {
  const community = view.filters().get("community");
  return `/issues?${new URLSearchParams({ ...(community && { community }), ids })}`;
};
const links = (lists) => lists.map((ids, at) =>
  node("a", { text: lists.length > 1 ? `${words.open} ${at + 1}` : words.open, href: ledger(ids) }));
const card = (title, ...inside) => node("div", { className: "card" }, node("h3", { text: title }), ...inside);

const cards = {
  cell({ id, properties: told }) {
    const figures = [figure(words.found, number.format(told.count))];
    if (told.expected !== null) figures.push(figure(words.expected, number.format(told.expected)));
    if (told.exposure) figures.push(figure(words.per100, number.format(told.rate)));
    const trend = words.trend[told.trend];
    const open = told.count ? [node("p", { className: "actions" }, node("a", { text: words.open, href: address(`/maps/hotspots/cells/${encodeURIComponent(id)}`) }))] : [];
    return card(words.class[told.class], node("dl", { className: "figures" }, ...figures), ...(trend ? [node("p", { text: `${words.since}${words.colon}${trend}` })] : []), ...open);
  },
  pile: (pile) => card(number.format(pile.count), node("p", { text: words.pile }), node("p", { className: "actions" }, ...links(pile.matters))),
  cluster: (found) => card(`${words.cluster}${words.colon}${number.format(found.count)}`,
    ...found.shared.map(({ value }) => node("p", { text: value })), node("p", { className: "actions" }, ...links(found.matters))),
  scan: (found) => card(`${words.scan}${words.colon}${number.format(found.count)}`,
    node("dl", { className: "figures" }, figure(words.expected, number.format(found.expected)), figure("p", String(found.p))),
    node("p", { text: `${found.first} – ${found.last}` }), node("p", { className: "actions" }, ...links(found.matters))),
};

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

part("findings").addEventListener("click", ({ target }) => {
  const { point, at } = target.closest("[data-point]")?.dataset ?? {};
  if (point) layer.pointAt(point, point === "cell" ? at : Number(at));
});

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
for (const face of document.querySelectorAll("[name=face]")) {
  face.addEventListener("change", () => {
    layer.face(face.value);
    for (const each of document.querySelectorAll("[data-face]")) each.hidden = each.dataset.face !== face.value;
  });
}
for (const box of document.querySelectorAll("[name=part]")) {
  box.addEventListener("change", () => layer.part(box.value, box.checked));
}

prepare(map, data, {
  keepView: true,
  clear() {
    const legend = document.querySelector(".legend");
    const { x, y } = map.getSize();
    if (x < 761) return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 124] };
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 16] } : {};
  },
});
layer.card = (kind, facts) => cards[kind](facts);
view.onChange(begin);
begin();
document.body.dataset.ready = "true";
