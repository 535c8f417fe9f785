/* Brings a density surface the cells in view, for the filters in force: any map with such a layer uses this. */
"use strict";
import { view } from "./view.js";

const AHEAD = 0.25; // of the view's width and height: a short pan asks for nothing
const METRES_A_DEGREE = 111195;
const AGAIN_MS = 5000;

/* `shown(cells)` is called when cells have been painted, `failed(error)` when they could not be had; they are asked
 * for again then. Gives a function that asks for them at once, and answers when they are painted. */
export function feed(map, surface, { shown = () => {}, failed = () => {} } = {}) {
  const ask = view.asker("/api/maps/cells");
  let held = null;
  let later = null;

  const box = () => {
    const bounds = map.getBounds().pad(AHEAD);
    const spread = (held?.cells.radius_m ?? 0) / METRES_A_DEGREE;
    const wide = spread / Math.cos((bounds.getCenter().lat * Math.PI) / 180);
    return L.latLngBounds(
      [Math.max(-85, bounds.getSouth() - spread), Math.max(-180, bounds.getWest() - wide)],
      [Math.min(85, bounds.getNorth() + spread), Math.min(180, bounds.getEast() + wide)]);
  };
  const serves = () => {
    if (!held?.bounds.contains(map.getBounds())) return false;
    const finest = held.cells.finest_from_zoom;
    return Math.min(Math.floor(held.zoom), finest) === Math.min(Math.floor(map.getZoom()), finest);
  };

  async function load() {
    clearTimeout(later);
    const [bounds, zoom] = [box(), map.getZoom()];
    const around = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    try {
      const cells = await ask({ bbox: around.map((edge) => edge.toFixed(6)).join(","), zoom: zoom.toFixed(2) });
      if (cells === null) return;
      held = { bounds, zoom, cells };
      if (map.hasLayer(surface)) surface.show(cells);
      shown(cells);
    } catch (error) {
      failed(error);
      later = setTimeout(load, AGAIN_MS);
    }
  }

  map.on("moveend resize", () => { if (map.hasLayer(surface) && !serves()) load(); });
  map.on("layeradd", ({ layer }) => { if (layer === surface) load(); });
  view.onChange(() => { if (map.hasLayer(surface)) load(); else held = null; });
  return load;
}
