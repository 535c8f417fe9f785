-- What the one who acts may see, as of this moment. gis.storage.session says who that is, for one
-- transaction, by SET LOCAL: app.account (empty: the service itself), app.role, app.worker. Without it nobody
-- acts, and nothing is in scope.
--
-- An account's role and areas, and a person's posts, are read here and not taken from the settings: what
-- was taken from somebody is out of scope for the next statement. The policies ask these functions in
-- sub-selects, so each is asked once for a statement and not for each row.
CREATE OR REPLACE FUNCTION dualgrid.acting_account() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.account', true), '')::bigint $$;

CREATE OR REPLACE FUNCTION dualgrid.acting_worker() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.worker', true), '')::bigint $$;

-- acting_role(): the role of who acts; null for nobody and for an account that is disabled or gone.
CREATE OR REPLACE FUNCTION dualgrid.acting_role() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    IF dualgrid.acting_account() IS NULL THEN
        RETURN nullif(current_setting('app.role', true), '');
    END IF;
    RETURN (SELECT role FROM dualgrid.account WHERE id = dualgrid.acting_account() AND disabled_at IS NULL);
END
$$;

-- scope_all(): whether everything is in scope, also what belongs to no community yet.
CREATE OR REPLACE FUNCTION dualgrid.scope_all() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN coalesce(dualgrid.acting_role() IN ('admin', 'dispatcher'), false);
END
$$;

-- scope_communities(): the communities that are in scope as a whole.
CREATE OR REPLACE FUNCTION dualgrid.scope_communities() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    IF dualgrid.scope_all() THEN
        RETURN ARRAY(SELECT id FROM dualgrid.area WHERE level = 'community');
    ELSIF dualgrid.acting_role() IN ('official', 'planner') THEN
        RETURN ARRAY(
            WITH RECURSIVE tree AS (
                SELECT area_id AS id FROM dualgrid.account_area WHERE account_id = dualgrid.acting_account()
                UNION
                SELECT area.id FROM dualgrid.area JOIN tree ON area.parent_id = tree.id
            )
            SELECT id FROM tree);
    END IF;
    RETURN '{}';
END
$$;

-- posts_held(): the posts that who acts holds today, where the post is, of the kind that the account's role is for.
CREATE OR REPLACE FUNCTION dualgrid.posts_held() RETURNS SETOF dualgrid.post
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    acting text := dualgrid.acting_role();
BEGIN
    RETURN QUERY
    SELECT post.*
    FROM dualgrid.post
    JOIN dualgrid.area ON area.id = post.community_id
    WHERE post.worker_id = dualgrid.acting_worker()
      AND post.role = CASE acting WHEN 'worker' THEN 'grid_worker' ELSE acting END
      AND post.valid_from <= (now() AT TIME ZONE area.time_zone)::date
      AND (post.valid_to IS NULL OR (now() AT TIME ZONE area.time_zone)::date < post.valid_to);
END
$$;

CREATE OR REPLACE FUNCTION dualgrid.scope_grids() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN ARRAY(SELECT grid_id FROM dualgrid.posts_held() WHERE grid_id IS NOT NULL);
END
$$;

CREATE OR REPLACE FUNCTION dualgrid.scope_groups() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN ARRAY(SELECT group_id FROM dualgrid.posts_held() WHERE group_id IS NOT NULL);
END
$$;

-- scope_buildings(): the buildings that lie in the grids in scope now, by the rule for edges of grids_at().
CREATE OR REPLACE FUNCTION dualgrid.scope_buildings() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    own bigint[] := dualgrid.scope_grids();
BEGIN
    IF own = '{}' THEN
        RETURN own;
    END IF;
    RETURN ARRAY(
        SELECT building.id
        FROM dualgrid.grid_version AS version
        JOIN dualgrid.grid ON grid.id = version.grid_id
        JOIN dualgrid.building
          ON building.geom && version.geom AND ST_Covers(version.geom, building.geom)
         AND building.community_id = grid.community_id
        WHERE version.grid_id = ANY (own)
          AND version.valid_from <= now() AND (version.valid_to IS NULL OR now() < version.valid_to)
          AND NOT EXISTS (
              SELECT FROM dualgrid.grid_version AS other_version
              JOIN dualgrid.grid AS other ON other.id = other_version.grid_id
              WHERE other_version.geom && building.geom AND ST_Covers(other_version.geom, building.geom)
                AND other.community_id = grid.community_id
                AND other.code COLLATE "C" < grid.code COLLATE "C"
                AND other_version.valid_from <= now()
                AND (other_version.valid_to IS NULL OR now() < other_version.valid_to)));
END
$$;

-- scope_colleagues(): the communities in which who acts holds a post.
CREATE OR REPLACE FUNCTION dualgrid.scope_colleagues() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT community_id FROM dualgrid.posts_held());
END
$$;
