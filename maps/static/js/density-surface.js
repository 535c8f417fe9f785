/* Paints matters per hectare, or per 100 households: see maps/layers/surface.py for the method. A classic script,
 * because Folium's own script, which follows it, calls L.densitySurface at once. */
"use strict";
(() => {
  const STEPS_A_CELL = 3; // the raster is finer than the cells, so that colours have smooth edges
  const LARGEST_SIDE = 1000;
  const MARGIN = 0.1;
  const SHARPNESS = 0.6; // painted smaller than shown: the browser smooths the edges, in a third of the time
  const M2_A_HECTARE = 10000;
  const LEAST_HOUSEHOLDS_PER_HA = 2; // where fewer live, a rate says nothing
  const HALF_WORLD = 20037508.342789244; // of Web Mercator, in its metres

  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /* An empty raster of squares (in Web Mercator, so that it lies straight) that holds cells and what they are spread
   * over. It is laid out from the world's corner: other cells of the same level get the same squares. */
  function raster({ x, y, level, radius_m: radiusM }) {
    const side = (2 * HALF_WORLD) / 2 ** level;
    const [left, right] = x.reduce(([a, b], each) => [Math.min(a, each), Math.max(b, each)], [Infinity, -Infinity]);
    const [top, bottom] = y.reduce(([a, b], each) => [Math.min(a, each), Math.max(b, each)], [Infinity, -Infinity]);
    const middle = HALF_WORLD - ((top + bottom + 1) / 2) * side;
    const scale = 1 / Math.cosh(middle / (HALF_WORLD / Math.PI));
    const reach = Math.ceil(radiusM / scale / side);
    const cells = Math.max(right - left, bottom - top) + 1 + 2 * reach;
    const steps = Math.max(1, Math.min(STEPS_A_CELL, Math.floor(LARGEST_SIDE / cells)));
    return {
      left: left - reach,
      top: top - reach,
      steps,
      cell: side / steps,
      columns: (right - left + 1 + 2 * reach) * steps,
      rows: (bottom - top + 1 + 2 * reach) * steps,
      west: (left - reach) * side - HALF_WORLD,
      north: HALF_WORLD - (top - reach) * side,
      radius: radiusM / scale,
      peak: (3 / (Math.PI * radiusM * radiusM)) * M2_A_HECTARE,
    };
  }

  /* What one cell's matter adds around it, by the rows and columns from the cell's first: the same for all cells. */
  function kernel({ steps, cell, radius, peak }) {
    const parts = [];
    const reach = Math.ceil(radius / cell);
    for (let row = -reach; row < steps + reach; row += 1) {
      for (let column = -reach; column < steps + reach; column += 1) {
        const dx = (column + 0.5 - steps / 2) * cell;
        const dy = (row + 0.5 - steps / 2) * cell;
        const near = 1 - (dx * dx + dy * dy) / (radius * radius);
        if (near > 0) parts.push([row, column, peak * near * near]);
      }
    }
    return parts;
  }

  function spread({ x, y }, amounts, area) {
    const { left, top, steps, columns, rows } = area;
    const made = new Float32Array(columns * rows);
    const parts = kernel(area);
    const by = parts.map(([row, column]) => row * columns + column);
    const shares = parts.map((part) => part[2]);
    for (let at = 0; at < x.length; at += 1) {
      const begin = (y[at] - top) * steps * columns + (x[at] - left) * steps;
      const amount = amounts[at];
      for (let part = 0; part < by.length; part += 1) made[begin + by[part]] += amount * shares[part];
    }
    return made;
  }

  function field(cells) {
    if (!cells.x.length) return null;
    const area = raster(cells);
    const amounts = spread(cells, cells.matters, area);
    if (cells.per === "households") {
      const homes = spread(cells, cells.households, area);
      for (let at = 0; at < amounts.length; at += 1) {
        amounts[at] = homes[at] < LEAST_HOUSEHOLDS_PER_HA ? 0 : (100 * amounts[at]) / homes[at];
      }
    }
    return { ...area, amounts };
  }

  /* Paints what is in view, no more. Amounts are interpolated between squares, so that the edge of a colour is
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
    initialize(options) {
      L.ImageOverlay.prototype.initialize.call(this, null, [[0, 0], [0, 0]], options);
      this.field = null;
    },
    /* Cells as /api/maps/cells tells them; they are painted when this returns. */
    show(cells) {
      this.field = field(cells);
      this.breaks = cells.per === "households" ? this.options.breaksPer100 : this.options.breaksPerHa;
      cancelAnimationFrame(this.frame);
      this.repaint();
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
      if (!this._map) return;
      const bounds = this._map.getBounds().pad(MARGIN);
      const size = this._map.getSize().multiplyBy(1 + 2 * MARGIN);
      const { x: west, y: north } = L.CRS.EPSG3857.project(bounds.getNorthWest());
      const { x: east } = L.CRS.EPSG3857.project(bounds.getNorthEast());
      this._image.width = Math.ceil(size.x * SHARPNESS);
      this._image.height = Math.ceil(size.y * SHARPNESS);
      if (this.field) {
        const style = getComputedStyle(document.documentElement);
        const ramp = this.breaks.map((_, at) => rgb(style.getPropertyValue(`--density-${at + 1}`).trim()));
        paint(this._image, { west, north, east }, this.field, this.breaks, ramp);
      }
      this.setBounds(bounds);
    },
  });

  L.densitySurface = (options) => new L.DensitySurface(options);
})();
