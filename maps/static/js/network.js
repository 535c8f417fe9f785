/* The map of the online groups: areas answer to the pointer and to the table beside them. */
"use strict";
import { node, pageData, prepare } from "./ground.js";

const data = pageData();
const map = window.map_network;
const byCode = new Map();

map.scrollWheelZoom.disable();
prepare(map, data);

window.geo_json_groups?.eachLayer((layer) => {
  const { code, name, href } = layer.feature.properties;
  byCode.set(code, layer);
  if (!href) return;
  layer.bindPopup(() => node("div", { className: "card" },
    node("h3", { text: name }),
    node("p", {}, node("a", { text: data.words.group, href }))), { closeButton: false, minWidth: 140 });
});
for (const layer of [window.geo_json_uncovered, window.geo_json_shared]) {
  layer?.eachLayer((each) =>
    each.bindPopup(() => node("p", { text: each.feature.properties.name }), { closeButton: false }));
}

for (const row of document.querySelectorAll("[data-group]")) {
  const mark = (on) => {
    const layer = byCode.get(row.dataset.group);
    layer?.getElement()?.classList.toggle("pointed", on);
    if (on) layer?.bringToFront();
  };
  row.addEventListener("pointerenter", () => mark(true));
  row.addEventListener("pointerleave", () => mark(false));
  row.addEventListener("focusin", () => mark(true));
  row.addEventListener("focusout", () => mark(false));
}
document.body.dataset.ready = "true";
