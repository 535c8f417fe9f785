-- grids_at(point, moment): the grids that cover a point at a moment, the one that holds first.
--
-- The one rule for edges: a grid covers its interior and its border; a point on a border shared by
-- several grids, or in an overlap of several, belongs to the one with the lowest code (compared byte by
-- byte). The same rule stands in gis/geometry/locate.py; a property test compares the two.
-- The point is EPSG:4326, as the column is: nothing is transformed, so the GiST index serves.
-- edge_m is how far the point is from that grid's border, in metres on the spheroid.
CREATE OR REPLACE FUNCTION dualgrid.grids_at(point geometry, moment timestamptz)
RETURNS TABLE (grid_id bigint, grid_version_id bigint, community_id bigint, code text, edge_m double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT g.id, v.id, g.community_id, g.code,
           ST_Distance(ST_Boundary(v.geom)::geography, point::geography)
    FROM dualgrid.grid_version v
    JOIN dualgrid.grid g ON g.id = v.grid_id
    WHERE v.geom && point AND ST_Covers(v.geom, point)
      AND v.valid_from <= moment AND (v.valid_to IS NULL OR moment < v.valid_to)
    ORDER BY g.code COLLATE "C", g.id
$$;

-- grids_near(point, moment, within_m): the other grids within a distance of a point, nearest first;
-- ties go to the lower code. distance_m is 0 for those that cover it.
-- The search box is in degrees and generous (a degree of latitude is at least 110,574 m; longitude is
-- widened by the cosine), so that the index serves; the distance itself is on the spheroid.
CREATE OR REPLACE FUNCTION dualgrid.grids_near(point geometry, moment timestamptz, within_m double precision)
RETURNS TABLE (grid_id bigint, grid_version_id bigint, community_id bigint, code text, distance_m double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT * FROM (
        SELECT g.id, v.id, g.community_id, g.code, ST_Distance(v.geom::geography, point::geography) AS distance_m
        FROM dualgrid.grid_version v
        JOIN dualgrid.grid g ON g.id = v.grid_id
        WHERE v.geom && ST_Expand(
                  point,
                  within_m / 110574.0 / greatest(cos(radians(ST_Y(point))), 0.01),
                  within_m / 110574.0)
          AND v.valid_from <= moment AND (v.valid_to IS NULL OR moment < v.valid_to)
    ) AS near
    WHERE distance_m <= within_m
    ORDER BY distance_m, code COLLATE "C"
$$;
