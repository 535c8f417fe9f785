-- What the sheets of density (gis/density/) do not hold yet: each statement that adds, moves or takes away matters, or
-- changes what they are filtered by, puts down what there is one less and one more of. Nothing is looked up or
-- waited for, so that many may write at once; folding (gis/density/folding.py) takes it up into the sheets.
CREATE OR REPLACE FUNCTION dualgrid.count_in_cells() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE dualgrid.density_change, dualgrid.density_sheet;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO dualgrid.density_change
        SELECT fresh.community_id, (fresh.reported_at AT TIME ZONE coalesce(area.time_zone, 'Asia/Shanghai'))::date,
               dualgrid.density_x(fresh.geom), dualgrid.density_y(fresh.geom), 1, fresh.topic, fresh.source, fresh.status,
               fresh.hazard, fresh.settled_level, fresh.settled_way, fresh.grid_id, fresh.group_id
        FROM written AS fresh LEFT JOIN dualgrid.area ON area.id = fresh.community_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO dualgrid.density_change
        SELECT former.community_id, (former.reported_at AT TIME ZONE coalesce(area.time_zone, 'Asia/Shanghai'))::date,
               dualgrid.density_x(former.geom), dualgrid.density_y(former.geom), -1, former.topic, former.source,
               former.status, former.hazard, former.settled_level, former.settled_way, former.grid_id, former.group_id
        FROM gone AS former LEFT JOIN dualgrid.area ON area.id = former.community_id;
    ELSE
        INSERT INTO dualgrid.density_change
        SELECT side.community_id, (side.reported_at AT TIME ZONE coalesce(area.time_zone, 'Asia/Shanghai'))::date,
               dualgrid.density_x(side.geom), dualgrid.density_y(side.geom), side.amount, side.topic, side.source,
               side.status, side.hazard, side.settled_level, side.settled_way, side.grid_id, side.group_id
        FROM gone AS former JOIN written AS fresh ON fresh.id = former.id
        CROSS JOIN LATERAL (VALUES
            (-1, former.community_id, former.reported_at, former.geom, former.topic, former.source, former.status,
             former.hazard, former.settled_level, former.settled_way, former.grid_id, former.group_id),
            (1, fresh.community_id, fresh.reported_at, fresh.geom, fresh.topic, fresh.source, fresh.status, fresh.hazard,
             fresh.settled_level, fresh.settled_way, fresh.grid_id, fresh.group_id)
        ) AS side (amount, community_id, reported_at, geom, topic, source, status, hazard,
                   settled_level, settled_way, grid_id, group_id)
        LEFT JOIN dualgrid.area ON area.id = side.community_id
        WHERE (former.community_id, former.reported_at, former.geom, former.topic, former.source, former.status,
               former.hazard, former.settled_level, former.settled_way, former.grid_id, former.group_id)
            IS DISTINCT FROM
              (fresh.community_id, fresh.reported_at, fresh.geom, fresh.topic, fresh.source, fresh.status, fresh.hazard,
               fresh.settled_level, fresh.settled_way, fresh.grid_id, fresh.group_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER count_in_cells_inserted AFTER INSERT ON dualgrid.issue
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.count_in_cells();
CREATE OR REPLACE TRIGGER count_in_cells_updated AFTER UPDATE ON dualgrid.issue
REFERENCING OLD TABLE AS gone NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.count_in_cells();
CREATE OR REPLACE TRIGGER count_in_cells_deleted AFTER DELETE ON dualgrid.issue
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.count_in_cells();
CREATE OR REPLACE TRIGGER count_in_cells_truncated AFTER TRUNCATE ON dualgrid.issue
FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.count_in_cells();

-- Another clock makes other days: all of the community is counted again, whoever has changed it, while nobody folds and
-- nobody writes matters.
CREATE OR REPLACE FUNCTION dualgrid.count_days_again() RETURNS trigger
LANGUAGE plpgsql
SET app.account = ''
SET app.role = 'admin'
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('dualgrid.density', 0));
    LOCK TABLE dualgrid.issue IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM dualgrid.density_sheet WHERE community_id = NEW.id;
    DELETE FROM dualgrid.density_change WHERE community_id = NEW.id;
    INSERT INTO dualgrid.density_change
    SELECT community_id, (reported_at AT TIME ZONE NEW.time_zone)::date, dualgrid.density_x(geom),
           dualgrid.density_y(geom), 1, topic, source, status, hazard, settled_level, settled_way, grid_id, group_id
    FROM dualgrid.issue WHERE community_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER count_days_again AFTER UPDATE OF time_zone ON dualgrid.area
FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION dualgrid.count_days_again();
