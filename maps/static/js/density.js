/* The density map: grids answer to the pointer and to the list beside them. */
"use strict";
import { node, pageData, prepare } from "./ground.js";
import { view } from "./view.js";

const data = pageData();
const map = window.map_density;
const grids = window.geo_json_grids;
const byCode = new Map();
const number = new Intl.NumberFormat(document.documentElement.lang);

function card({ code, name, worker, matters, open, hazards }) {
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
      return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 124] };
    }
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 16] } : {};
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

for (const row of document.querySelectorAll("[data-grid]")) {
  const mark = (on) => byCode.get(row.dataset.grid)?.getElement()?.classList.toggle("pointed", on);
  row.addEventListener("pointerenter", () => mark(true));
  row.addEventListener("pointerleave", () => mark(false));
  row.addEventListener("focusin", () => mark(true));
  row.addEventListener("focusout", () => mark(false));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  window.density_surface_matters.repaint());
document.body.dataset.ready = "true";
