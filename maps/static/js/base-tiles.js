/* The operator's base map under the community's own vectors (see maps/base_tiles.py). The own ground steps back once a
 * tile has come: where none does, nothing is missing. */
"use strict";
import { gcj02 } from "./gcj02.js";

const CLOSEST_ZOOM = 20;

/* Must come before the map's first view is set: what it has drawn is drawn anew then. */
export function layTiles(map, tiles, words) {
  if (!tiles) return;
  if (tiles.datum === "gcj02") map.options.crs = gcj02();
  const credit = addCredit(map, tiles.credit);
  let arrived = false;
  const come = () => {
    arrived = true;
    map.getContainer().classList.add("on-tiles");
    credit.textContent = tiles.credit;
  };
  for (const address of tiles.layers) {
    const layer = tiles.vector ? vectorLayer(tiles, address) : L.tileLayer(address, {
      subdomains: "01234567",
      maxNativeZoom: tiles.closestZoom,
      maxZoom: CLOSEST_ZOOM,
      referrerPolicy: "origin",
    });
    layer.on("tileload", come);
    layer.on("tileerror", () => { if (!arrived) credit.textContent = words.noTiles; });
    layer.addTo(map);
  }
}

function addCredit(map, text) {
  const control = L.control({ position: "bottomright" });
  const place = L.DomUtil.create("div", "credit");
  place.textContent = text;
  control.onAdd = () => place;
  control.addTo(map);
  return place;
}

/* Vector tiles in the colours of the own ground: layers and kinds as Protomaps' and OpenMapTiles' schemas name them. */
function vectorLayer(tiles, url) {
  const { PolygonSymbolizer, LineSymbolizer } = window.protomapsL;
  const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();
  const fill = (dataLayer, name) => ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill: colour(name) }) });
  const line = (dataLayer, width) =>
    ({ dataLayer, symbolizer: new LineSymbolizer({ color: colour("street"), width }) });
  const wide = (zoom) => Math.max(0.5, (zoom - 11) * 0.7);
  const layer = window.protomapsL.leafletLayer({
    url,
    attribution: "",
    maxDataZoom: tiles.closestZoom,
    maxZoom: CLOSEST_ZOOM,
    paintRules: [
      fill("landuse", "plain"), fill("landcover", "park"), fill("park", "park"), fill("water", "water"),
      fill("building", "building"), fill("buildings", "building"), line("transportation", wide), line("roads", wide),
    ],
    labelRules: [],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => layer.rerenderTiles());
  return layer;
}
