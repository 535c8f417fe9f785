/* Names on the map, set where there is room: grids and compounds from afar, then streets, gates, numbers. */
"use strict";

export const NEAR_ZOOM = 17.5;
const ZOOM = { grids: 14.5, compounds: 15.75, places: 15.75, streets: 16, buildings: NEAR_ZOOM, gates: NEAR_ZOOM };

function outerRing(geometry) {
  const rings = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return rings.reduce((best, each) => (each[0].length > best[0].length ? each : best))[0];
}

/* The point inside a ring that is a good seat for a name: the middle of the widest of a few cuts. */
function seat(geometry) {
  if (geometry.type === "Point") return [geometry.coordinates[1], geometry.coordinates[0]];
  const ring = outerRing(geometry);
  const lats = ring.map((each) => each[1]);
  const low = Math.min(...lats);
  const high = Math.max(...lats);
  let best = null;
  for (let cut = 2; cut <= 6; cut += 1) {
    const lat = low + ((high - low) * cut) / 8;
    const crossings = [];
    for (let at = 0; at + 1 < ring.length; at += 1) {
      const [[x1, y1], [x2, y2]] = [ring[at], ring[at + 1]];
      if ((y1 > lat) !== (y2 > lat)) crossings.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
    }
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const width = crossings[at + 1] - crossings[at];
      const middle = Math.abs(cut - 4) * 0.03 * width;
      if (!best || width - middle > best.width) {
        best = { width: width - middle, lat, lon: (crossings[at] + crossings[at + 1]) / 2 };
      }
    }
  }
  return best ? [best.lat, best.lon] : [ring[0][1], ring[0][0]];
}

/* A street's name sits at the middle of its longest piece, turned along it. */
function along(geometry) {
  const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
  let best = null;
  for (const line of lines) {
    for (let at = 0; at + 1 < line.length; at += 1) {
      const [[x1, y1], [x2, y2]] = [line[at], line[at + 1]];
      const flat = Math.cos((y1 * Math.PI) / 180);
      const length = Math.hypot((x2 - x1) * flat, y2 - y1);
      if (!best || length > best.length) {
        let degrees = (Math.atan2(y1 - y2, (x2 - x1) * flat) * 180) / Math.PI;
        if (degrees > 90) degrees -= 180;
        if (degrees < -90) degrees += 180;
        best = { length, degrees, seat: [(y1 + y2) / 2, (x1 + x2) / 2] };
      }
    }
  }
  return best;
}

/* How many signs open every name alike; said once in the bar, they need not be said on every grid. */
function sharedOpening(texts) {
  if (texts.length < 2) return 0;
  let length = 0;
  while (length < texts[0].length && texts.every((text) => text[length] === texts[0][length])) length += 1;
  const opening = texts[0].slice(0, length).replace(/第$|\d+$/, "");
  return texts.some((text) => text.length === opening.length) ? 0 : opening.length;
}

function collect() {
  const names = [];
  const each = (layer, visit) => layer?.eachLayer(({ feature }) => visit(feature.properties, feature.geometry));
  const gridNames = [];
  each(window.geo_json_grids, ({ name }) => gridNames.push(name));
  const opening = sharedOpening(gridNames);
  each(window.geo_json_grids, ({ name }, geometry) =>
    names.push({ kind: "grids", text: name.slice(opening), seat: seat(geometry) }));
  each(window.geo_json_places, ({ name, kind }, geometry) => {
    if (name) names.push({ kind: kind === "gate" ? "gates" : "places", text: name, seat: seat(geometry) });
  });
  const compounds = new Map();
  each(window.geo_json_buildings, ({ compound, number }, geometry) => {
    const place = seat(geometry);
    if (compound) compounds.set(compound, [...(compounds.get(compound) ?? []), place]);
    if (number) names.push({ kind: "buildings", text: number, seat: place });
  });
  for (const [text, places] of compounds) {
    const middle = [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
    names.push({ kind: "compounds", text, seat: middle });
  }
  each(window.geo_json_streets, ({ name }, geometry) => {
    const line = name && along(geometry);
    if (line) names.push({ kind: "streets", text: name, seat: line.seat, turn: line.degrees });
  });
  const order = Object.keys(ZOOM);
  return names.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

export function nameThings(map) {
  const names = collect();
  const pane = map.createPane("names");
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  const shown = L.layerGroup().addTo(map);

  function set() {
    shown.clearLayers();
    const zoom = map.getZoom();
    const view = map.getBounds().pad(0.1);
    const taken = [];
    window.geo_json_place?.eachLayer((mark) => {
      const { x, y } = map.latLngToContainerPoint(mark.getLatLng());
      taken.push([x - 12, y - 12, x + 12, y + 12]);
    });
    const seen = new Set();
    for (const name of names) {
      const tooFar = zoom < ZOOM[name.kind];
      const tooNear = name.kind === "grids" && zoom >= 18.5;
      if (tooFar || tooNear || !view.contains(name.seat)) continue;
      if (name.kind === "streets" && seen.has(name.text)) continue;
      const at = map.latLngToContainerPoint(name.seat);
      const wide = [...name.text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 12 : 7), 8);
      const turn = ((name.turn ?? 0) * Math.PI) / 180;
      const half = {
        x: (Math.abs(Math.cos(turn)) * wide + Math.abs(Math.sin(turn)) * 16) / 2,
        y: (Math.abs(Math.sin(turn)) * wide + Math.abs(Math.cos(turn)) * 16) / 2,
      };
      const box = [at.x - half.x, at.y - half.y, at.x + half.x, at.y + half.y];
      if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      taken.push(box);
      seen.add(name.text);
      const text = document.createElement("span");
      text.textContent = name.text;
      if (name.turn) text.style.transform = `translate(-50%, -50%) rotate(${name.turn}deg)`;
      const icon = L.divIcon({ html: text, className: `name name-${name.kind}`, iconSize: [0, 0] });
      L.marker(name.seat, { icon, pane: "names", interactive: false, keyboard: false }).addTo(shown);
    }
  }
  map.on("moveend zoomend resize", set);
  set();
}
