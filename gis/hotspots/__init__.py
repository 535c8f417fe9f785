"""Safety-hazard hotspots: where cases are more than chance, since when, and whether that has changed.

Arrays and frames in, frames out; no database. Points come in EPSG:4326, and are measured in the metric CRS of the
place. `find_hotspots` is the whole way from points to classed cells; the other modules each hold one question:

- `lattice`, `neighbours`: cells, and who is next to whom
- `gi_star`, `significance`, `rates`: the test, what may be called a hotspot, cases per household
- `piles`: default points that look like hotspots
- `clusters`, `shared`, `scan`: what lies close in place and time, what it has in common, Kulldorff's scan
- `trend`, `emerging`: since when, and whether it grows
- `change`, `reporting`: did it cool, and is it the problem or the reporting that rose
- `files`: the same for a file of points
"""
