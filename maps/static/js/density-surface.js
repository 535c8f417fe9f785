/* Paints matters per hectare: see maps/layers/surface.py for the method. A classic script, because
 * Folium's own script, which follows it, calls L.densitySurface at once. */
"use strict";
(() => {
  const CELLS_A_RADIUS = 12;
  const LARGEST_SIDE = 1000;
  const MARGIN = 0.1;
  const SHARPNESS = 0.6; // painted smaller than shown: the browser smooths the edges, in a third of the time
  const M2_A_HECTARE = 10000;

  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /* Amounts per hectare on a raster of square cells (in Web Mercator, so that it lies straight). */
  function density(points, radiusM) {
    const scale = Math.cos((points[0][0] * Math.PI) / 180);
    const radius = radiusM / scale;
    const places = points.map(([lat, lon, matters]) => {
      const { x, y } = L.CRS.EPSG3857.project(L.latLng(lat, lon));
      return [x, y, matters];
    });
    const xs = places.map((each) => each[0]);
    const ys = places.map((each) => each[1]);
    const west = xs.reduce((a, b) => Math.min(a, b)) - radius;
    const east = xs.reduce((a, b) => Math.max(a, b)) + radius;
    const south = ys.reduce((a, b) => Math.min(a, b)) - radius;
    const north = ys.reduce((a, b) => Math.max(a, b)) + radius;
    const cell = Math.max(radius / CELLS_A_RADIUS, (east - west) / LARGEST_SIDE, (north - south) / LARGEST_SIDE);
    const columns = Math.ceil((east - west) / cell);
    const rows = Math.ceil((north - south) / cell);
    const amounts = new Float32Array(columns * rows);
    const peak = (3 / (Math.PI * radiusM * radiusM)) * M2_A_HECTARE;
    for (const [x, y, matters] of places) {
      const left = Math.max(0, Math.floor((x - radius - west) / cell));
      const right = Math.min(columns - 1, Math.ceil((x + radius - west) / cell));
      const top = Math.max(0, Math.floor((north - y - radius) / cell));
      const bottom = Math.min(rows - 1, Math.ceil((north - y + radius) / cell));
      for (let row = top; row <= bottom; row += 1) {
        const dy = north - (row + 0.5) * cell - y;
        for (let column = left; column <= right; column += 1) {
          const dx = west + (column + 0.5) * cell - x;
          const near = 1 - (dx * dx + dy * dy) / (radius * radius);
          if (near > 0) amounts[row * columns + column] += peak * matters * near * near;
        }
      }
    }
    return { amounts, columns, rows, west, north, cell };
  }

  /* Paints what is in view, no more. Amounts are interpolated between cells, so that the edge of a colour is
   * a smooth line at every zoom. */
  function paint(canvas, view, { amounts, columns, rows, west, north, cell }, breaks, ramp) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = ramp.map(([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    const step = (view.east - view.west) / canvas.width / cell;
    const firstU = (view.west - west) / cell + step / 2 - 0.5;
    const firstV = (north - view.north) / cell + step / 2 - 0.5;
    for (let y = 0; y < canvas.height; y += 1) {
      const v = firstV + y * step;
      const row = Math.floor(v);
      if (row < 0 || row + 1 >= rows) continue;
      const down = v - row;
      for (let x = 0; x < canvas.width; x += 1) {
        const u = firstU + x * step;
        const column = Math.floor(u);
        if (column < 0 || column + 1 >= columns) continue;
        const across = u - column;
        const at = row * columns + column;
        const amount = (amounts[at] * (1 - across) + amounts[at + 1] * across) * (1 - down)
          + (amounts[at + columns] * (1 - across) + amounts[at + columns + 1] * across) * down;
        let shade = breaks.length - 1;
        while (shade >= 0 && amount < breaks[shade]) shade -= 1;
        if (shade >= 0) pixels[y * canvas.width + x] = colours[shade];
      }
    }
    context.putImageData(image, 0, 0);
  }

  /* An image overlay whose image is a canvas, repainted for each view. */
  L.DensitySurface = L.ImageOverlay.extend({
    initialize(points, options) {
      L.ImageOverlay.prototype.initialize.call(this, null, [[0, 0], [0, 0]], options);
      this.field = points.length ? density(points, this.options.radiusM) : null;
    },
    _initImage() {
      this._image = document.createElement("canvas");
      L.DomUtil.addClass(this._image, "leaflet-image-layer density-image");
      if (this._zoomAnimated) L.DomUtil.addClass(this._image, "leaflet-zoom-animated");
    },
    onAdd(map) {
      L.ImageOverlay.prototype.onAdd.call(this, map);
      map.on("moveend resize", this.repaintSoon, this);
      this.repaintSoon();
    },
    onRemove(map) {
      map.off("moveend resize", this.repaintSoon, this);
      cancelAnimationFrame(this.frame);
      L.ImageOverlay.prototype.onRemove.call(this, map);
    },
    /* Once a frame, however often the view has changed since the last. */
    repaintSoon() {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.repaint());
    },
    repaint() {
      if (!this.field || !this._map) return;
      const bounds = this._map.getBounds().pad(MARGIN);
      const size = this._map.getSize().multiplyBy(1 + 2 * MARGIN);
      const { x: west, y: north } = L.CRS.EPSG3857.project(bounds.getNorthWest());
      const { x: east } = L.CRS.EPSG3857.project(bounds.getNorthEast());
      this._image.width = Math.ceil(size.x * SHARPNESS);
      this._image.height = Math.ceil(size.y * SHARPNESS);
      const style = getComputedStyle(document.documentElement);
      const ramp = this.options.breaksPerHa.map((_, at) =>
        rgb(style.getPropertyValue(`--density-${at + 1}`).trim()));
      paint(this._image, { west, north, east }, this.field, this.options.breaksPerHa, ramp);
      this.setBounds(bounds);
    },
  });

  L.densitySurface = (points, options) => new L.DensitySurface(points, options);
})();
