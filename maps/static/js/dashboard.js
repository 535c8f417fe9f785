/* The dashboard: the map, the legend and the figures follow the view without a reload. The map is coloured by the
 * list of grids beside it, so that the two cannot differ. */
"use strict";
import { node, pageData, prepare } from "./ground.js";
import { view } from "./view.js";

const data = pageData();
const map = window.map_dashboard;
const grids = window.geo_json_grids;
const byCode = new Map();
const ask = view.asker("/", { part: (response) => response.text() });
const panel = document.querySelector(".panel-body");
const told = document.getElementById("figures-told");
let showsChange = false;

const rows = () => document.querySelectorAll(".grid-row[data-grid]");

function paint() {
  const chosen = document.querySelector("[data-part=figures]").dataset.gridChosen;
  showsChange = document.querySelector(".switch [aria-current]").dataset.value === "change";
  for (const row of rows()) {
    const layer = byCode.get(row.dataset.grid);
    const path = layer?.getElement();
    if (!path) continue;
    for (const name of [...path.classList]) if (/^(shade|change)-/.test(name)) path.classList.remove(name);
    path.classList.add(`${showsChange ? "change" : "shade"}-${row.dataset.shade}`);
    path.classList.toggle("lifted", row.dataset.grid === chosen);
    if (row.dataset.grid === chosen) layer.bringToFront();
    const mark = (on) => path.classList.toggle("pointed", on);
    row.addEventListener("pointerenter", () => mark(true));
    row.addEventListener("pointerleave", () => mark(false));
    row.addEventListener("focusin", () => mark(true));
    row.addEventListener("focusout", () => mark(false));
  }
}

/* The name and the number of a grid, as the list has them. */
function tip(code) {
  const row = document.querySelector(`.grid-row[data-grid="${CSS.escape(code)}"]`);
  const words = (selector) => row?.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  return node("div", { className: "tip" },
    node("b", { text: words(".its-figures") }), node("span", { text: words(".value") }),
    node("small", { text: words(".why") }));
}

/* Puts each part in place of the former; what was open stays open, what had the focus has it again. */
function replaceParts(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement?.closest("[data-part]") ? document.activeElement : null;
  const same = focused && [focused.dataset.changes, focused.dataset.value];
  const open = [...document.querySelectorAll("[data-part] details")].map((each) => each.open);
  for (const part of fresh.querySelectorAll("[data-part]")) {
    document.querySelector(`[data-part="${part.dataset.part}"]`)?.replaceWith(document.adoptNode(part));
  }
  document.querySelectorAll("[data-part] details").forEach((each, at) => { each.open = open[at] ?? false; });
  if (same?.[0]) {
    const again = [...document.querySelectorAll(`[data-changes="${same[0]}"]`)];
    (again.find((each) => each.dataset.value === same[1]) ?? again[0])?.focus({ preventScroll: true });
  }
  paint();
}

async function refresh() {
  panel.setAttribute("aria-busy", "true");
  document.querySelector(".panel .fault")?.remove();
  try {
    const html = await ask({ part: "figures" });
    if (html === null) return;
    replaceParts(html);
    told.textContent = data.words.toldAnew;
  } catch {
    const fault = node("p", { className: "fault", text: data.words.unreachable });
    fault.setAttribute("role", "alert");
    panel.prepend(fault);
  }
  panel.removeAttribute("aria-busy");
}

prepare(map, data, {
  keepView: true,
  clear() {
    const legend = document.querySelector(".legend");
    const { x, y } = map.getSize();
    if (x < 761) return { paddingTopLeft: [12, legend.offsetTop + legend.offsetHeight + 8], paddingBottomRight: [12, 164] };
    return x > y ? { paddingTopLeft: [legend.offsetLeft + legend.offsetWidth + 8, 56] } : { paddingTopLeft: [16, 56] };
  },
});
grids?.eachLayer((layer) => {
  const { code } = layer.feature.properties;
  byCode.set(code, layer);
  layer.bindTooltip(() => tip(code), { sticky: true, direction: "top", className: "grid-tip" });
  const choose = () => view.change({ grid: view.filters().get("grid") === code ? "" : code });
  layer.on("click", choose);
  layer.on("keypress", ({ originalEvent }) => { if (originalEvent.key === "Enter") choose(); });
  const shape = layer.getElement(); // a stop of the Tab key, because its figures are told to who is there
  shape.setAttribute("role", "button");
  shape.setAttribute("aria-label", layer.feature.properties.name);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-changes]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  view.change({ [link.dataset.changes]: link.dataset.value });
});
view.onChange(refresh);
paint();
document.body.dataset.ready = "true";
