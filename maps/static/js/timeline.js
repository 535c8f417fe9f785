/* A slider over days, weeks or months, with the matters of each behind it. It sets `from` and `to` of the view, as a
 * form would, and whatever listens to the view moves with it. */
"use strict";
import { view } from "./view.js";

const DAY_MS = 86400000;
const STEP_MS = 900;
const LIVE_MS = 150; // while it is dragged

const day = (text) => Date.parse(`${text}T00:00Z`) / DAY_MS;
const iso = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);

/* The first day of the stretch that a day is in. Weeks begin on Monday; the first of January 1970 was a Thursday. */
const begins = {
  day: (number) => number,
  week: (number) => number - ((((number + 3) % 7) + 7) % 7),
  month: (number) => day(`${iso(number).slice(0, 7)}-01`),
};

/* Stretches of days without a gap: the first day of each, the day after it, and its matters. */
function stretches({ first, matters }, unit) {
  const found = [];
  const start = day(first);
  matters.forEach((amount, at) => {
    const from = begins[unit](start + at);
    if (found.at(-1)?.from !== from) found.push({ from, to: 0, amount: 0 });
    found.at(-1).amount += amount;
    found.at(-1).to = start + at + 1;
  });
  return found;
}

export function timeline(root) {
  const [track, play, unit, said, all] =
    [".track", ".play", ".unit", ".span", ".all"].map((each) => root.querySelector(each));
  const [bars, chosen] = root.querySelectorAll(".bars");
  const frame = root.querySelector(".window");
  const ask = view.asker("/api/maps/days");
  const english = document.documentElement.lang === "en"; // days as the page writes them
  const written = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", {
    year: "numeric", month: english ? "short" : "long", day: "numeric", timeZone: "UTC",
  });
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let days = { first: null, matters: [] };
  let held = [];
  let range = null; // the first and the last stretch looked at; null: all
  let playing = null;

  const path = (from, to, most) => held.slice(from, to + 1)
    .map(({ amount }, at) => (amount ? `M${from + at + 0.1} 1v${-amount / most}h.8V1z` : "")).join("");

  function draw() {
    const most = Math.max(1, ...held.map(({ amount }) => amount));
    root.querySelector(".track svg").setAttribute("viewBox", `0 0 ${Math.max(1, held.length)} 1`);
    bars.setAttribute("d", path(0, held.length - 1, most));
    const [from, to] = range ?? [0, held.length - 1];
    chosen.setAttribute("d", range ? path(from, to, most) : "");
    frame.setAttribute("x", range ? from : 0);
    frame.setAttribute("width", range ? to - from + 1 : 0);
    root.classList.toggle("narrowed", Boolean(range));
    const amount = held.slice(from, to + 1).reduce((sum, each) => sum + each.amount, 0);
    const span = held.length ? [held[from].from, held[to].to - 1].map((each) => written.format(each * DAY_MS)).join(" – ") : "";
    said.textContent = span;
    track.setAttribute("aria-valuemax", Math.max(0, held.length - 1));
    track.setAttribute("aria-valuenow", from);
    track.setAttribute("aria-valuetext", `${span} · ${number.format(amount)}`);
    all.disabled = !range;
  }

  /* What the address asks for, as far as there are matters. */
  function follow() {
    const asked = view.filters();
    const [since, until] = ["from", "to"].map((name) => asked.get(name));
    range = null;
    if ((since || until) && held.length) {
      const from = since ? held.findIndex(({ to }) => to > day(since)) : 0;
      const to = until ? held.findLastIndex(({ from: begin }) => begin <= day(until)) : held.length - 1;
      if (from >= 0 && to >= from) range = [from, to];
    }
    draw();
  }

  function look(from, to) {
    range = [from, to];
    draw();
    view.change({ from: iso(held[from].from), to: iso((held[to + 1]?.from ?? held[to].to) - 1) });
  }

  function shift(by) {
    if (!held.length) return;
    const [from, to] = range ?? (by > 0 ? [-1, -1] : [held.length, held.length]);
    const moved = Math.max(0, Math.min(held.length - 1 - (to - from), from + by));
    look(moved, moved + to - from);
  }

  function stop() {
    clearTimeout(playing);
    playing = null;
    play.setAttribute("aria-pressed", "false");
    play.setAttribute("aria-label", root.dataset.play);
  }

  function step() {
    if (range && range[1] >= held.length - 1) return stop();
    shift(1);
    playing = setTimeout(step, STEP_MS);
    return undefined;
  }

  function start() {
    if (!held.length) return;
    if (range && range[1] >= held.length - 1) look(0, range[1] - range[0]);
    play.setAttribute("aria-pressed", "true");
    play.setAttribute("aria-label", root.dataset.pause);
    playing = setTimeout(step, range ? STEP_MS : 0);
  }

  const toggle = () => (playing === null ? start() : stop());
  const everything = () => {
    stop();
    view.change({ from: null, to: null });
  };

  play.addEventListener("click", toggle);
  all.addEventListener("click", everything);
  unit.addEventListener("change", () => {
    stop();
    held = stretches(days, unit.value);
    follow();
  });

  const keys = {
    ArrowRight: (wider) => (wider && range ? look(range[0], Math.min(held.length - 1, range[1] + 1)) : shift(1)),
    ArrowLeft: (wider) => (wider && range ? look(range[0], Math.max(range[0], range[1] - 1)) : shift(-1)),
    Home: () => held.length && look(0, range ? range[1] - range[0] : 0),
    End: () => held.length && look(held.length - 1 - (range ? range[1] - range[0] : 0), held.length - 1),
    Escape: everything,
    " ": toggle,
  };
  track.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    if (event.key !== " ") stop();
    keys[event.key](event.shiftKey);
  });

  let drag = null;
  const under = ({ clientX }) => {
    const { left, width } = track.getBoundingClientRect();
    return Math.max(0, Math.min(held.length - 1, Math.floor(((clientX - left) / width) * held.length)));
  };
  const take = (event) => {
    const at = under(event);
    look(Math.min(drag.from, at), Math.max(drag.from, at));
    drag.looked = event.timeStamp;
  };
  track.addEventListener("pointerdown", (event) => {
    if (!held.length) return;
    stop();
    drag = { from: under(event), looked: 0 };
    track.setPointerCapture(event.pointerId);
    take(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (drag && event.timeStamp - drag.looked > LIVE_MS) take(event);
  });
  track.addEventListener("pointerup", (event) => {
    if (drag) take(event);
    drag = null;
  });
  track.addEventListener("pointercancel", () => { drag = null; });

  async function load() {
    let found;
    try {
      found = await ask();
    } catch {
      return; // the map says that the service does not answer
    }
    if (found === null) return;
    const first = days.first === null;
    days = found;
    if (first) unit.value = days.matters.length > 400 ? "month" : days.matters.length > 62 ? "week" : "day";
    held = days.first ? stretches(days, unit.value) : [];
    follow();
  }

  view.onChange(({ changed }) => {
    if (changed.some((name) => !["from", "to", "per"].includes(name))) load();
    else follow();
  });
  load();
}
