-- What map programs are given, one function a layer: rows of places, none of them a person's. Each has `id`,
-- which lasts as long as the thing does, and `geom` in EPSG:4326. They are plain queries, so that the planner puts
-- them into the one that asks and a box finds its rows by the index; and they run as whoever asks, so that the
-- counts of matters are those of the matters in scope. gis/layers/layer.py lists their columns.

-- layer_grid_versions(): every shape that a grid has had, with the time for which it held.
CREATE OR REPLACE FUNCTION dualgrid.layer_grid_versions()
RETURNS TABLE (id bigint, geom geometry, code text, name text, community text,
               valid_from timestamptz, valid_to timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT version.id, version.geom, grid.code, grid.name, area.code, version.valid_from, version.valid_to
    FROM dualgrid.grid_version AS version
    JOIN dualgrid.grid ON grid.id = version.grid_id
    JOIN dualgrid.area ON area.id = grid.community_id
$$;

-- layer_grids(): the grids as they stand now.
CREATE OR REPLACE FUNCTION dualgrid.layer_grids()
RETURNS TABLE (id bigint, geom geometry, code text, name text, community text,
               valid_from timestamptz, valid_to timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT grid.id, version.geom, grid.code, grid.name, area.code, version.valid_from, version.valid_to
    FROM dualgrid.grid_version AS version
    JOIN dualgrid.grid ON grid.id = version.grid_id
    JOIN dualgrid.area ON area.id = grid.community_id
    WHERE version.valid_from <= now() AND (version.valid_to IS NULL OR now() < version.valid_to)
$$;

-- layer_matters(): the same grids, each with how many matters of it are in scope of who asks.
CREATE OR REPLACE FUNCTION dualgrid.layer_matters()
RETURNS TABLE (id bigint, geom geometry, code text, name text, community text,
               matters bigint, open bigint, hazards bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT grid.id, grid.geom, grid.code, grid.name, grid.community, counted.matters, counted.open, counted.hazards
    FROM dualgrid.layer_grids() AS grid
    CROSS JOIN LATERAL (
        SELECT count(*) AS matters,
               count(*) FILTER (WHERE status IN ('reported', 'accepted', 'at_street', 'at_department')) AS open,
               count(*) FILTER (WHERE hazard) AS hazards
        FROM dualgrid.issue WHERE issue.grid_id = grid.id) AS counted
$$;

-- layer_communities(): each with the edge of everything that its grids cover now.
CREATE OR REPLACE FUNCTION dualgrid.layer_communities()
RETURNS TABLE (id bigint, geom geometry, code text, name text, street text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT area.id,
           (SELECT ST_Multi(ST_Union(version.geom))
            FROM dualgrid.grid_version AS version JOIN dualgrid.grid ON grid.id = version.grid_id
            WHERE grid.community_id = area.id
              AND version.valid_from <= now() AND (version.valid_to IS NULL OR now() < version.valid_to)),
           area.code, area.name, street.name
    FROM dualgrid.area LEFT JOIN dualgrid.area AS street ON street.id = area.parent_id
    WHERE area.level = 'community'
$$;

-- layer_buildings(): footprints where they are known, points otherwise.
CREATE OR REPLACE FUNCTION dualgrid.layer_buildings()
RETURNS TABLE (id bigint, geom geometry, code text, name text, compound text, address text,
               floors integer, units integer, built_year integer, community text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT building.id, coalesce(building.footprint, building.geom), building.code, building.name, compound.name,
           building.address, building.floors::integer, building.units::integer, building.built_year::integer, area.code
    FROM dualgrid.building
    JOIN dualgrid.area ON area.id = building.community_id
    LEFT JOIN dualgrid.compound ON compound.id = building.compound_id
$$;

-- layer_compounds(): each as the hull of its buildings; none where no building of it is known.
CREATE OR REPLACE FUNCTION dualgrid.layer_compounds()
RETURNS TABLE (id bigint, geom geometry, name text, buildings bigint, community text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT compound.id, hull.geom, compound.name, hull.buildings, area.code
    FROM dualgrid.compound
    JOIN dualgrid.area ON area.id = compound.community_id
    CROSS JOIN LATERAL (
        SELECT ST_ConvexHull(ST_Collect(coalesce(building.footprint, building.geom))) AS geom, count(*) AS buildings
        FROM dualgrid.building WHERE building.compound_id = compound.id) AS hull
$$;

-- layer_places(): known places that are no buildings: gates, kindergartens, markets.
CREATE OR REPLACE FUNCTION dualgrid.layer_places()
RETURNS TABLE (id bigint, geom geometry, code text, name text, kind text, community text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT place.id, place.geom, place.code, place.name, place.kind, area.code
    FROM dualgrid.place JOIN dualgrid.area ON area.id = place.community_id
$$;
