"""The layers of a map, each one Folium element or a few."""
