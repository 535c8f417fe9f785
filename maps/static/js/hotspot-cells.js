/* Hotspots as a layer: see maps/layers/hotspots.py. A classic script, because Folium's own script, which follows
 * it, calls L.hotspotCells at once. */
"use strict";
(() => {
  const FEWEST_PIXELS_OF_A_SIGN = 22;
  const corners = ({ coordinates }) => L.GeoJSON.coordsToLatLngs(coordinates[0]);

  L.HotspotCells = L.LayerGroup.extend({
    initialize(options) {
      L.LayerGroup.prototype.initialize.call(this);
      L.setOptions(this, options);
      this.of = { cell: [], pile: [], cluster: [], scan: [] };
      this.groups = { cell: L.layerGroup(), sign: L.layerGroup(), pile: L.layerGroup(), clusters: L.layerGroup(), scan: L.layerGroup() };
      this.shown = { clusters: true, scan: true };
      this.faceNow = "class";
      this.card = () => null;
    },
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend", this._signs, this);
      this._arrange();
    },
    onRemove(map) {
      map.off("zoomend", this._signs, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    /* Draws an answer of the service in place of the one before. */
    show(answer) {
      Object.values(this.groups).forEach((group) => group.clearLayers());
      this.of = { cell: [], pile: [], cluster: [], scan: [] };
      for (const cell of answer.cells) {
        const { properties } = cell;
        const className = `cell cell-${properties.class} trend-${properties.trend ?? "none"}`;
        this._add("cell", "cell", cell, L.polygon(corners(cell.geometry), { pane: this.options.cellPane, className }));
        const sign = this.options.signs[properties.trend];
        if (sign) {
          const icon = L.divIcon({ className: `cell-sign sign-${properties.trend}`, html: L.DomUtil.create("span"), iconSize: [0, 0] });
          icon.options.html.textContent = sign;
          L.marker(L.polygon(corners(cell.geometry)).getBounds().getCenter(), { icon, interactive: false, keyboard: false }).addTo(this.groups.sign);
        }
      }
      for (const region of answer.clusters ?? []) {
        const outline = L.GeoJSON.geometryToLayer({ type: "Feature", geometry: region.outline });
        outline.setStyle({ className: "cluster-outline" });
        this._add("clusters", "cluster", region, outline);
      }
      for (const found of answer.scan ?? []) {
        this._add("scan", "scan", found, L.circle([found.lat, found.lon], { radius: found.radius_m, className: "scan-circle" }));
      }
      for (const pile of answer.piles) {
        const icon = L.divIcon({ className: "pile-mark", html: L.DomUtil.create("b"), iconSize: null });
        icon.options.html.textContent = pile.count.toLocaleString(document.documentElement.lang);
        this._add("pile", "pile", pile, L.marker([pile.lat, pile.lon], { icon }));
      }
      this._arrange();
    },
    _add(group, kind, facts, layer) {
      layer.bindPopup(() => this.card(kind, facts), { closeButton: false, maxWidth: 300, minWidth: 200 });
      layer.addTo(this.groups[group]);
      this.of[kind].push({ facts, layer });
    },

    face(name) {
      this.faceNow = name;
      this._arrange();
    },
    part(name, shown) {
      this.shown[name] = shown;
      this._arrange();
    },
    /* The n-th thing of a kind, or the cell with an id: looked at, and opened. */
    pointAt(kind, at) {
      const found = this.of[kind][kind === "cell" ? this.of.cell.findIndex(({ facts }) => facts.id === at) : at];
      if (!found || !this._map) return;
      const place = found.layer.getBounds?.() ?? L.latLngBounds([found.layer.getLatLng()]);
      this._map.fitBounds(place.pad(1.5), { maxZoom: 18 });
      found.layer.openPopup(place.getCenter());
    },

    _arrange() {
      const trend = this.faceNow === "trend";
      const wanted = { cell: true, sign: trend, pile: true, clusters: this.shown.clusters, scan: this.shown.scan };
      for (const [name, group] of Object.entries(this.groups)) {
        if (wanted[name]) this.addLayer(group);
        else this.removeLayer(group);
      }
      this._map?.getContainer().classList.toggle("face-trend", trend);
      this._signs();
    },
    /* Signs are left out where the cells are smaller than they are. */
    _signs() {
      const first = this.of.cell[0];
      if (!this._map || !first) return;
      const bounds = first.layer.getBounds();
      const width = this._map.latLngToLayerPoint(bounds.getNorthEast()).x - this._map.latLngToLayerPoint(bounds.getSouthWest()).x;
      this._map.getContainer().classList.toggle("tiny-cells", width < FEWEST_PIXELS_OF_A_SIGN);
    },
  });

  L.hotspotCells = (options) => new L.HotspotCells(options);
})();
