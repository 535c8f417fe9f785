/* The desk's map: shows where the chosen matter is, and takes the place that somebody points at. */
"use strict";
import { pageData, prepare } from "./ground.js";

const data = pageData();
const map = window.map_desk;
const bar = document.getElementById("pinning");
const told = document.getElementById("pin-words");
const save = document.getElementById("pin-save");
let mark = null;
let pinning = null;
let place = null;

/* The grids stand in the order of their codes: where several cover the place, the first has it, as everywhere. */
export function gridAt(lat, lng) {
  const inside = (ring) => ring.reduce((odd, [x1, y1], at) => {
    const [x2, y2] = ring[(at + 1) % ring.length];
    const crosses = (y1 > lat) !== (y2 > lat) && lng < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1);
    return crosses ? !odd : odd;
  }, false);
  let found = null;
  window.geo_json_grids?.eachLayer(({ feature: { geometry, properties } }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    if (!found && polygons.some(([shell, ...holes]) => inside(shell) && !holes.some(inside))) found = properties;
  });
  return found;
}

function draw(latlng, className) {
  mark?.remove();
  mark = latlng && map ? L.circleMarker(latlng, { radius: 9, className, interactive: false }).addTo(map) : null;
}

/* Shows the place and the grid of a matter: `grid` is a code, `lat` and `lon` texts or undefined. */
export function show({ grid, lat, lon, doubtful }) {
  stopPinning();
  if (!map) return;
  map.invalidateSize({ animate: false });
  const at = lat === undefined ? null : L.latLng(Number(lat), Number(lon));
  draw(at, doubtful ? "shape-place shape-doubtful" : "shape-place");
  document.body.classList.toggle("one-grid", Boolean(grid));
  window.geo_json_grids?.eachLayer((layer) => {
    const own = layer.feature.properties.code === grid;
    layer.getElement()?.classList.toggle("lifted", own);
    if (own) map.fitBounds(at ? layer.getBounds().extend(at) : layer.getBounds(), { padding: [40, 40], animate: false });
  });
  if (at && !grid) map.setView(at, Math.max(map.getZoom(), 15), { animate: false });
}

function point(latlng) {
  if (!pinning) return;
  place = latlng;
  draw(latlng, "shape-place");
  const grid = gridAt(latlng.lat, latlng.lng);
  told.textContent = grid ? `${data.words.inGrid} ${grid.name}` : data.words.outside;
  save.disabled = false;
}

/* Lets somebody point at a place; `done(latlng)` is given what was saved. */
export function startPinning(done) {
  if (!map) return;
  pinning = done;
  place = null;
  save.disabled = true;
  told.textContent = data.words.place;
  bar.hidden = false;
  document.body.classList.add("choosing");
  map.invalidateSize({ animate: false });
  map.getContainer().focus();
}

export function stopPinning() {
  pinning = null;
  bar.hidden = true;
  document.body.classList.remove("choosing");
}

export const isPinning = () => Boolean(pinning);

/* Enter: the first takes the map's centre, the second saves it. */
export function takeOrSave() {
  if (place) pinning(place);
  else point(map.getCenter());
}

if (map) {
  prepare(map, data);
  map.on("click", (event) => point(event.latlng));
  document.getElementById("pin-centre").addEventListener("click", () => point(map.getCenter()));
  document.getElementById("pin-cancel").addEventListener("click", stopPinning);
  save.addEventListener("click", () => pinning(place));
}
