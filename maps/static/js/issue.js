/* The small map of one matter. */
"use strict";
import { pageData, prepare } from "./ground.js";

const data = pageData();
const map = window.map_issue;
map.scrollWheelZoom.disable();
prepare(map, data);
document.body.classList.toggle("one-grid", Boolean(data.grid));
window.geo_json_grids?.eachLayer((layer) =>
  layer.getElement()?.classList.toggle("lifted", layer.feature.properties.code === data.grid));
document.body.dataset.ready = "true";
