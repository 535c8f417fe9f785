/* What every page does: filters send themselves, panels fold, the sheet of a phone is dragged. */
"use strict";

for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  /* Leave empty terms out of the address, and keep where the map looks. */
  const send = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
    location.assign(`${form.action.split(/[?#]/)[0]}?${query}${location.hash}`);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "community") {
      location.assign(`${location.pathname}?community=${encodeURIComponent(event.target.value)}`);
    } else if (event.target.type !== "date") send();
  });
}

/* One drawer open at a time; a click elsewhere or Escape closes it. */
const drawers = [...document.querySelectorAll("details.term, details.menu, details.synthetic")];
document.addEventListener("click", (event) => {
  for (const drawer of drawers) if (!drawer.contains(event.target)) drawer.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drawer of drawers) {
    if (drawer.open && drawer.contains(document.activeElement)) drawer.querySelector("summary").focus();
    drawer.open = false;
  }
});

const phone = matchMedia("(max-width: 760px)");

for (const panel of document.querySelectorAll("[data-fold]")) {
  const key = `fold:${panel.dataset.fold}`;
  const toggle = panel.querySelector("[data-fold-toggle]");
  const resize = () => window.dispatchEvent(new Event("resize"));
  const fold = (folded) => {
    if (panel.classList.contains("folded") === folded) return;
    panel.classList.toggle("folded", folded);
    toggle.setAttribute("aria-expanded", String(!folded));
    resize();
  };
  fold(!phone.matches && localStorage.getItem(key) === "folded");
  toggle.addEventListener("click", () => {
    if (phone.matches) return;
    const folded = !panel.classList.contains("folded");
    localStorage.setItem(key, folded ? "folded" : "open");
    fold(folded);
  });
  makeSheet(panel, toggle);
}

/* On a phone the panel is a sheet with three rests: a peek, half, and nearly all of the page. */
function makeSheet(panel, handle) {
  const rests = () => {
    const room = panel.parentElement.clientHeight;
    const legend = panel.parentElement.querySelector(".legend");
    const most = room - (legend ? legend.offsetTop + legend.offsetHeight + 8 : 8);
    return [152, Math.min(Math.round(room * 0.5), most), most];
  };
  let rest = 0;
  let drag = null;
  const height = (px) => panel.style.setProperty("--sheet", `${px}px`);
  const settle = (at) => {
    rest = at;
    height(rests()[at]);
    panel.dataset.rest = String(at);
  };
  const arrange = () => {
    if (phone.matches) settle(rest);
    else panel.style.removeProperty("--sheet");
  };
  handle.addEventListener("pointerdown", (event) => {
    if (!phone.matches) return;
    drag = { from: event.clientY, height: panel.offsetHeight, moved: false };
    handle.setPointerCapture(event.pointerId);
    panel.classList.add("dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const by = drag.from - event.clientY;
    if (Math.abs(by) > 4) drag.moved = true;
    const [least, , most] = rests();
    height(Math.max(least, Math.min(most, drag.height + by)));
  });
  const end = () => {
    if (!drag) return;
    panel.classList.remove("dragged");
    const now = panel.offsetHeight;
    const nearest = rests().map((each) => Math.abs(each - now));
    settle(drag.moved ? nearest.indexOf(Math.min(...nearest)) : (rest + 1) % 3);
    drag = null;
  };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
  handle.addEventListener("keydown", (event) => {
    if (!phone.matches) return;
    if (event.key === "Enter" || event.key === " ") settle((rest + 1) % 3);
  });
  phone.addEventListener("change", arrange);
  addEventListener("resize", arrange);
  arrange();
}
