"""OGC API Features and Tiles, for map programs: QGIS, GDAL."""
