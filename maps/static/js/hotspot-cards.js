/* What the map of hotspots says of what is touched, and its legend: on the page, and in a file of its own. */
"use strict";
import { node } from "./ground.js";

/* `links` gives the ways to a cell's matters, and to lists of matters; a file has none. */
export function cardsOf(words, links = { cell: () => [], matters: () => [] }) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const figure = (word, amount) => node("div", {}, node("dt", { text: word }), node("dd", { text: amount }));
  const card = (title, ...inside) => node("div", { className: "card" }, node("h3", { text: title }), ...inside);
  const actions = (ways) => (ways.length ? [node("p", { className: "actions" }, ...ways)] : []);
  return {
    cell({ id, properties: told }) {
      const figures = [figure(words.found, number.format(told.count))];
      if (told.expected !== null) figures.push(figure(words.expected, number.format(told.expected)));
      if (told.exposure) figures.push(figure(words.per100, number.format(told.rate)));
      const trend = words.trend[told.trend];
      return card(words.class[told.class], node("dl", { className: "figures" }, ...figures),
        ...(trend ? [node("p", { text: `${words.since}${words.colon}${trend}` })] : []),
        ...actions(told.count ? links.cell(id) : []));
    },
    pile: (pile) => card(number.format(pile.count), node("p", { text: words.pile }), ...actions(links.matters(pile.matters))),
    cluster: (found) => card(`${words.cluster}${words.colon}${number.format(found.count)}`,
      ...found.shared.map(({ value }) => node("p", { text: value })), ...actions(links.matters(found.matters))),
    scan: (found) => card(`${words.scan}${words.colon}${number.format(found.count)}`,
      node("dl", { className: "figures" }, figure(words.expected, number.format(found.expected)), figure("p", String(found.p))),
      node("p", { text: `${found.first} – ${found.last}` }), ...actions(links.matters(found.matters))),
  };
}

/* The legend says what the cells tell and what lies over them; lists point at things on the map. */
export function hearLegend(layer, lists) {
  for (const face of document.querySelectorAll("[name=face]")) {
    face.addEventListener("change", () => {
      layer.face(face.value);
      for (const each of document.querySelectorAll("[data-face]")) each.hidden = each.dataset.face !== face.value;
    });
  }
  for (const box of document.querySelectorAll("[name=part]")) {
    box.addEventListener("change", () => layer.part(box.value, box.checked));
  }
  lists.addEventListener("click", ({ target }) => {
    const { point, at } = target.closest("[data-point]")?.dataset ?? {};
    if (point) layer.pointAt(point, point === "cell" ? at : Number(at));
  });
}
