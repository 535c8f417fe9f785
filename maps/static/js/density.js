/* The density map: its surface and figures follow the filters, grids answer to the pointer and to the list beside. */
"use strict";
import { feed } from "./cells.js";
import { node, pageData, prepare } from "./ground.js";
import { timeline } from "./timeline.js";
import { view } from "./view.js";

const data = pageData();
const map = window.map_density;
const grids = window.geo_json_grids;
const byCode = new Map();
const number = new Intl.NumberFormat(document.documentElement.lang);

const parts = (root) => [...root.querySelectorAll("[data-part]")];
const counts = () => JSON.parse(document.querySelector("[data-grid-counts]").dataset.gridCounts);

function card({ code, name, worker }) {
  const [matters, open, hazards] = counts()[code] ?? [0, 0, 0];
  const only = view.filters();
  only.set("grid", code);
  const figure = (word, amount) =>
    node("div", {}, node("dt", { text: word }), node("dd", { text: number.format(amount) }));
  return node("div", { className: "card" },
    node("h3", { text: name }),
    node("p", { text: data.words.worker + data.words.colon + (worker || data.words.vacant) }),
    node("dl", { className: "figures" },
      figure(data.words.matters, matters), figure(data.words.open, open), figure(data.words.hazards, hazards)),
    node("p", { className: "actions" },
      node("a", { text: data.words.only, href: `?${only}` }),
      node("a", { text: data.words.list, href: `/issues?${only}` })));
}

function lift(code) {
  document.body.classList.toggle("one-grid", Boolean(code));
  for (const [each, layer] of byCode) {
    layer.getElement()?.classList.toggle("lifted", each === code);
    if (each === code) layer.bringToFront();
  }
}

prepare(map, data, {
  keepView: true,
  clear() {
    const legend = document.querySelector(".legend");
    const { x, y } = map.getSize();
    if (x < 761) {
      return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 222] };
    }
    const bottom = { paddingBottomRight: [16, 80] };
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 16], ...bottom } : bottom;
  },
});
grids?.eachLayer((layer) => {
  const { code } = layer.feature.properties;
  byCode.set(code, layer);
  layer.bindPopup(() => card(layer.feature.properties), { closeButton: false, maxWidth: 280, minWidth: 200 });
  layer.on("popupopen", () => lift(code));
  layer.on("popupclose", () => lift(data.grid));
});

if (data.grid && byCode.has(data.grid)) {
  if (!location.hash) map.fitBounds(byCode.get(data.grid).getBounds().pad(0.3), { animate: false });
  lift(data.grid);
}

/* The list of grids is made anew with the figures, so its rows are looked for when they are pointed at. */
const figures = document.getElementById("figures");
for (const [kind, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  figures.addEventListener(kind, ({ target }) => {
    const row = target.closest("[data-grid]");
    if (row) byCode.get(row.dataset.grid)?.getElement()?.classList.toggle("pointed", on);
  });
}

const page = view.asker(location.pathname, { part: (response) => response.text() });
const state = document.getElementById("surface-state");
const say = (words) => {
  state.textContent = words;
  state.hidden = !words;
};

const CONTROLS = "a, button, summary, input, select";

/* Puts what follows the filters in its place; what was unfolded stays so, what had the focus has it again. */
async function count() {
  let html;
  try {
    html = await page({ part: "figures" });
  } catch {
    return say(data.words.unreachable);
  }
  if (html === null) return undefined;
  const made = document.createElement("template");
  made.innerHTML = html;
  for (const part of parts(made.content)) {
    const place = document.querySelector(`[data-part="${part.dataset.part}"]`);
    const unfolded = [...place.querySelectorAll("details")].map((each) => each.open);
    const focused = [...place.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
    place.replaceChildren(...part.childNodes);
    place.querySelectorAll("details").forEach((each, at) => { each.open = unfolded[at] ?? false; });
    if (focused >= 0) place.querySelectorAll(CONTROLS)[focused]?.focus({ preventScroll: true });
  }
  const asked = view.filters();
  document.querySelector("[data-time]").classList.toggle("chosen", asked.has("from") || asked.has("to"));
  return undefined;
}

document.querySelector(".legend").addEventListener("click", (event) => {
  const choice = event.target.closest("[data-per]");
  if (!choice) return;
  event.preventDefault();
  view.change({ per: choice.dataset.per });
});

const load = feed(map, window.density_surface_matters, {
  shown({ radius_m: radius, elsewhere }) {
    const afar = radius > data.radiusM * 1.1 ? data.words.spread.replace("…", number.format(Math.round(radius))) : "";
    say(elsewhere ? data.words.elsewhere.replace("…", number.format(elsewhere)) : afar);
    document.body.dataset.ready = "true";
  },
  failed() {
    say(data.words.unreachable);
  },
});
view.onChange(count);
timeline(document.querySelector("[data-timeline]"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  window.density_surface_matters.repaint());
load();
