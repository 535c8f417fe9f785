/* Grids from vector tiles, painted on canvases in the page's own colours. Which grid a place is in, the service says. */
"use strict";

(() => {
  const { CenteredTextSymbolizer, PolygonSymbolizer, leafletLayer } = window.protomapsL;
  const NAMES_FROM_ZOOM = 14;
  const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  L.gridTiles = ({ url, maxDataZoom, pane }) => {
    const layer = leafletLayer({
      url,
      pane,
      maxDataZoom,
      maxZoom: 20,
      attribution: "",
      paintRules: [{
        dataLayer: "default",
        symbolizer: new PolygonSymbolizer({
          fill: "rgb(0 0 0 / 0)",
          stroke: colour("--map-grid"),
          width: (zoom) => Math.min(1.4, Math.max(0.4, (zoom - 10) * 0.25)),
        }),
      }],
      labelRules: [{
        dataLayer: "names",
        minzoom: NAMES_FROM_ZOOM,
        symbolizer: new CenteredTextSymbolizer({
          labelProps: ["name"],
          font: "600 13px PingFang SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif",
          fill: colour("--map-name"),
          stroke: colour("--map-halo"),
          width: 3,
        }),
      }],
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => layer._map && layer.rerenderTiles());
    return layer;
  };
})();
