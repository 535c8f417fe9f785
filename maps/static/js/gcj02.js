/* GCJ-02, the ground of Chinese map services: the shift as in gis/crs/datums.py, and a Leaflet projection on that ground.
 * A map that has it keeps WGS84 in every place that a script sees; only where things are drawn is shifted. */
"use strict";

const SEMI_MAJOR_AXIS_M = 6378245;
const ECCENTRICITY_SQUARED = 0.00669342162296594323;
const ROUNDS = 4;
const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

/* How far a WGS84 point is moved, in degrees east and north. */
function shift(lon, lat) {
  const { sin, sqrt, abs, PI: pi } = Math;
  const x = lon - 105;
  const y = lat - 35;
  const root = sqrt(abs(x));
  const ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x);
  const eastWaves = 20 * sin(pi * x) + 40 * sin((pi * x) / 3) + 150 * sin((pi * x) / 12) + 300 * sin((pi * x) / 30);
  const northWaves = 20 * sin(pi * y) + 40 * sin((pi * y) / 3) + 160 * sin((pi * y) / 12) + 320 * sin((pi * y) / 30);
  const eastM = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ((ripple + eastWaves) * 2) / 3;
  const northM = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ((ripple + northWaves) * 2) / 3;
  const w2 = 1 - ECCENTRICITY_SQUARED * sin(radians(lat)) ** 2;
  const primeVerticalM = SEMI_MAJOR_AXIS_M / sqrt(w2);
  const meridianM = (primeVerticalM * (1 - ECCENTRICITY_SQUARED)) / w2;
  return [degrees(eastM / (primeVerticalM * Math.cos(radians(lat)))), degrees(northM / meridianM)];
}

export function toGcj02({ lng, lat }) {
  const [east, north] = shift(lng, lat);
  return L.latLng(lat + north, lng + east);
}

export function toWgs84({ lng, lat }) {
  let [x, y] = [lng, lat];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [east, north] = shift(x, y);
    [x, y] = [lng - east, lat - north];
  }
  return L.latLng(y, x);
}

export const gcj02 = () => {
  const mercator = L.Projection.SphericalMercator;
  return L.extend({}, L.CRS.EPSG3857, {
    projection: L.extend({}, mercator, {
      project: (latlng) => mercator.project(toGcj02(latlng)),
      unproject: (point) => toWgs84(mercator.unproject(point)),
    }),
  });
};
