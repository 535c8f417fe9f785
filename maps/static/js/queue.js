/* Pins a matter: choose it, click its place, save. The grid under the place is named before saving.
 * One in doubt is confirmed with one tap on an answer. */
"use strict";
import { refreshAliases } from "./aliases.js";
import { node, pageData, prepare } from "./ground.js";
import { send as sendChange } from "./send.js";

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

/* Sends where a matter is; says why and gives nothing where it was not taken. */
async function post(issue, where) {
  say(data.words.saving);
  try {
    const answer = await sendChange(`/api/issues/${encodeURIComponent(issue)}/location`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(where),
    });
    const body = await answer.json();
    if (answer.ok) return body;
    const reasons = body.errors?.map((fault) => fault.reason).join("; ");
    say(data.words.failed, reasons || body.detail || String(answer.status));
  } catch {
    say(data.words.failed, data.words.unreachable);
  }
  return null;
}

/* Takes a matter that has its grid now from the list, and goes on to the next one. */
function leave(item, done, { grid, worker }) {
  const next = item.nextElementSibling?.querySelector(".choose") ?? null;
  item.remove();
  total.textContent = String(Math.max(0, Number(total.textContent.replace(/\D/g, "")) - 1));
  if (!document.querySelector(".choose")) document.getElementById("all-placed").hidden = false;
  choose(next);
  next?.focus();
  say(done, [grid.name, worker?.name].filter(Boolean).join(" · "));
}

async function send() {
  const button = chosen;
  save.disabled = true;
  const body = await post(button.dataset.issue, { lon: place.lng, lat: place.lat, crs: "wgs84" });
  if (body?.grid) leave(button.closest("li"), data.words.saved, body);
  else if (body) say(data.words.outside);
  else save.disabled = false;
}

async function confirm(answer) {
  const item = answer.closest("#waiting > li");
  const answers = item.querySelectorAll(".answer:enabled");
  for (const each of answers) each.disabled = true;
  const where = JSON.parse(answer.dataset.place);
  const body = await post(item.id, where);
  if (body?.grid) {
    leave(item, data.words.confirmed, body);
    if (where.building_id) await refreshAliases().catch(() => {});
    return;
  }
  for (const each of answers) each.disabled = false;
  answer.focus();
  if (body) say(data.words.outside);
}

/* Coordinates of an unknown datum: which grid each reading lies in; one in none settles nothing. */
for (const answer of document.querySelectorAll(".answer[data-lon]")) {
  const grid = gridAt(L.latLng(answer.dataset.lat, answer.dataset.lon));
  answer.append(node("span", { text: grid ? grid.name : data.words.noGrid }));
  if (!grid) answer.disabled = true;
}

map.on("click", (event) => pin(event.latlng));
centre.addEventListener("click", () => pin(map.getCenter()));
save.addEventListener("click", send);
for (const button of document.querySelectorAll(".choose")) button.addEventListener("click", () => choose(button));
for (const answer of document.querySelectorAll(".answer")) answer.addEventListener("click", () => confirm(answer));
const linked = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (linked) {
  linked.scrollIntoView({ block: "center" });
  choose(linked.querySelector(".choose"));
}
document.body.dataset.ready = "true";
