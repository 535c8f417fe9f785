/* A view of the map in a file of its own: grids answer to the pointer and narrow the list beside them. */
"use strict";
import { node, pageData, prepare } from "./ground.js";
import { cardsOf, hearLegend } from "./hotspot-cards.js";

const carried = pageData();
const carriedMap = window.map_carried;
const rows = [...document.querySelectorAll("[data-of-grid]")];
const all = document.querySelector("[data-all]");
const numbers = new Intl.NumberFormat(document.documentElement.lang);
const layers = new Map();

prepare(carriedMap, carried, {
  clear() {
    const legend = document.querySelector(".legend");
    const { x, y } = carriedMap.getSize();
    if (x < 761) return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 12] };
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 16] } : {};
  },
});

/* The density, painted where the file was made, in the colours of the scheme that is shown. */
if (carried.surface?.light) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const [west, south, east, north] = carried.surface.bounds;
  const painted = () => carried.surface[dark.matches ? "dark" : "light"];
  const surface = L.imageOverlay(painted(), [[south, west], [north, east]], {
    pane: "surface", className: "density-image", interactive: false,
  }).addTo(carriedMap);
  dark.addEventListener("change", () => surface.setUrl(painted()));
}

/* Hotspots, as they were told when the file was made. */
if (carried.hotspots) {
  const cells = window.hotspot_cells_found;
  const cards = cardsOf(carried.words);
  cells.card = (kind, facts) => cards[kind](facts);
  cells.show(carried.hotspots);
  hearLegend(cells, document.getElementById("findings"));
}

/* An empty code lists the matters of all grids. */
function narrow(code) {
  for (const row of rows) row.hidden = Boolean(code) && row.dataset.ofGrid !== code;
  document.body.classList.toggle("one-grid", Boolean(code));
  for (const [each, layer] of layers) layer.getElement()?.classList.toggle("lifted", each === code);
  all.hidden = !code;
}

function told({ name, worker, matters, open, hazards }) {
  const figure = (word, amount) =>
    node("div", {}, node("dt", { text: word }), node("dd", { text: numbers.format(amount) }));
  return node("div", { className: "card" },
    node("h3", { text: name }),
    node("p", { text: carried.words.worker + carried.words.colon + (worker || carried.words.vacant) }),
    node("dl", { className: "figures" }, figure(carried.words.matters, matters), figure(carried.words.open, open),
      figure(carried.words.hazards, hazards)));
}

window.geo_json_grids?.eachLayer((layer) => {
  const { code } = layer.feature.properties;
  layers.set(code, layer);
  const step = carried.classes[code];
  if (step) {
    layer.getElement()?.classList.add("filled");
    layer.getElement()?.style.setProperty("fill", `var(--density-${step})`);
  }
  layer.bindPopup(() => told(layer.feature.properties), { closeButton: false, maxWidth: 280, minWidth: 200 });
  layer.on("popupopen", () => narrow(code));
  layer.on("popupclose", () => narrow(""));
});
all.addEventListener("click", () => carriedMap.closePopup());
document.body.dataset.ready = "true";
