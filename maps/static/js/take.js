/* What is taken along of a map shows the ground that the map shows, at the moment of the click. */
"use strict";

export function takeFrom(map) {
  for (const link of document.querySelectorAll("a[data-takes-view]")) {
    link.addEventListener("click", () => {
      const bounds = map.getBounds();
      const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      const to = new URL(link.href);
      to.searchParams.set("extent", edges.map((each) => each.toFixed(6)).join(","));
      link.href = to.pathname + to.search;
    });
  }
}
