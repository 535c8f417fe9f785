/* What every map has: a fitting view, a scale bar, names, and colours that follow the theme. */
"use strict";
import { layTiles } from "./base-tiles.js";
import { NEAR_ZOOM, nameThings } from "./labels.js";
import { takeFrom } from "./take.js";

export const pageData = () => JSON.parse(document.getElementById("page-data").textContent);

const corners = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

/* Gives the shapes the properties that travel beside Folium's script (see maps/layers/base.py). */
function knowShapes({ facts }) {
  for (const [name, properties] of Object.entries(facts)) {
    window[`geo_json_${name}`].eachLayer(({ feature }) => {
      feature.properties = properties[feature.properties.at];
    });
  }
}

/* `keepView` stores where the map looks in the address, after the #. `clear` says how much room at the map's
 * edges to leave free, as options of fitBounds. */
export function prepare(map, data, { keepView = false, clear = () => ({}) } = {}) {
  knowShapes(data);
  layTiles(map, data.tiles, data.words);
  L.control.scale({ imperial: false, maxWidth: 120, position: "bottomright" }).addTo(map);
  const zoom = map.zoomControl?.getContainer();
  if (zoom) {
    for (const [className, words] of [["in", data.words.zoomIn], ["out", data.words.zoomOut]]) {
      const link = zoom.querySelector(`.leaflet-control-zoom-${className}`);
      link.title = words;
      link.setAttribute("aria-label", words);
    }
  }
  map.invalidateSize({ animate: false });
  const kept = keepView && location.hash.match(/^#(\d+(?:\.\d+)?)\/(-?\d+\.\d+)\/(-?\d+\.\d+)$/);
  if (kept) map.setView([Number(kept[2]), Number(kept[3])], Number(kept[1]), { animate: false });
  else map.fitBounds(corners(data.bounds), { padding: [16, 16], animate: false, ...clear() });
  map.setMaxBounds(corners(data.bounds).pad(1));
  if (keepView) {
    let asked = false;
    map.on("dragstart zoomstart", () => { asked = true; });
    map.on("moveend", () => {
      if (!asked) return;
      const { lat, lng } = map.getCenter();
      history.replaceState(null, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
    });
  }
  const near = () => map.getContainer().classList.toggle("near", map.getZoom() >= NEAR_ZOOM);
  map.on("zoomend", near);
  near();
  nameThings(map);
  takeFrom(map, data.words);
}

/* A node with text; whatever people wrote is set as text, never as HTML. */
export function node(tag, { text, className, href } = {}, ...children) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  if (href) made.href = href;
  made.append(...children);
  return made;
}
