/* Pins a matter: choose it, click its place, save. The grid under the place is named before saving. */
"use strict";
import { node, pageData, prepare } from "./ground.js";

const data = pageData();
const map = window.map_queue;
const words = document.getElementById("pin-words");
const save = document.getElementById("pin-save");
const centre = document.getElementById("pin-centre");
const total = document.getElementById("waiting-total");
let chosen = null;
let place = null;
let mark = null;

prepare(map, data, {
  clear() {
    const pinning = document.querySelector(".pinning");
    const above = matchMedia("(max-width: 760px)").matches;
    const room = pinning.offsetHeight + 24;
    return above ? { paddingTopLeft: [12, room] } : { paddingBottomRight: [16, room] };
  },
});

const say = (text, strong = "") => words.replaceChildren(text, strong && " ", node("b", { text: strong }));

/* The grids stand in the order of their codes: where several cover the place, the first has it, as everywhere. */
function gridAt(latlng) {
  const inside = (ring) => ring.reduce((odd, [x1, y1], at) => {
    const [x2, y2] = ring[(at + 1) % ring.length];
    const crosses = (y1 > latlng.lat) !== (y2 > latlng.lat)
      && latlng.lng < x1 + ((latlng.lat - y1) / (y2 - y1)) * (x2 - x1);
    return crosses ? !odd : odd;
  }, false);
  let found = null;
  window.geo_json_grids?.eachLayer(({ feature: { geometry, properties } }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    if (!found && polygons.some(([shell, ...holes]) => inside(shell) && !holes.some(inside))) found = properties;
  });
  return found;
}

function pin(latlng) {
  if (!chosen) return;
  place = latlng;
  if (mark) mark.setLatLng(latlng);
  else mark = L.circleMarker(latlng, { radius: 9, className: "shape-place", interactive: false }).addTo(map);
  const grid = gridAt(latlng);
  if (grid) say(data.words.inGrid, grid.name);
  else say(data.words.outside);
  save.disabled = false;
}

function choose(button) {
  for (const each of document.querySelectorAll(".choose")) each.setAttribute("aria-pressed", String(each === button));
  chosen = button;
  place = null;
  save.disabled = true;
  centre.disabled = !button;
  mark?.remove();
  mark = null;
  say(button ? data.words.place : data.words.choose);
  document.body.classList.toggle("choosing", Boolean(button));
  if (button?.dataset.lon) {
    const known = L.latLng(button.dataset.lat, button.dataset.lon);
    mark = L.circleMarker(known, { radius: 9, className: "shape-place shape-doubtful", interactive: false }).addTo(map);
    map.panInside(known, { padding: [40, 40] });
  }
}

async function send() {
  const button = chosen;
  save.disabled = true;
  say(data.words.saving);
  try {
    const answer = await fetch(`/api/issues/${encodeURIComponent(button.dataset.issue)}/location`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ lon: place.lng, lat: place.lat, crs: "wgs84" }),
    });
    const body = await answer.json();
    if (!answer.ok) {
      say(data.words.failed, body.detail ?? String(answer.status));
      save.disabled = false;
      return;
    }
    if (!body.grid) {
      say(data.words.outside);
      return;
    }
    const next = button.closest("li").nextElementSibling?.querySelector(".choose") ?? null;
    button.closest("li").remove();
    total.textContent = String(Math.max(0, Number(total.textContent.replace(/\D/g, "")) - 1));
    if (!document.querySelector(".choose")) document.getElementById("all-placed").hidden = false;
    choose(next);
    next?.focus();
    say(data.words.saved, [body.grid.name, body.worker?.name].filter(Boolean).join(" · "));
  } catch {
    say(data.words.failed, data.words.unreachable);
    save.disabled = false;
  }
}

map.on("click", (event) => pin(event.latlng));
centre.addEventListener("click", () => pin(map.getCenter()));
save.addEventListener("click", send);
for (const button of document.querySelectorAll(".choose")) button.addEventListener("click", () => choose(button));
const linked = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (linked) {
  linked.scrollIntoView({ block: "center" });
  choose(linked.querySelector(".choose"));
}
document.body.dataset.ready = "true";
