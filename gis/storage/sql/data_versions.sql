-- Counts the changes of what processes keep in memory: the boundaries, the gazetteer, the groups, the
-- posts and the lexicon. The count changes in the same transaction as the data, so whoever reads the count first and
-- the data after it never holds data older than its count. Writers of one kind wait for each other until
-- they commit; readers wait for nobody. Who listens on `dualgrid_data_version` is told the kind at the commit,
-- once for a transaction; the count is not told, because it is to be read together with all others.
CREATE OR REPLACE FUNCTION dualgrid.count_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO dualgrid.data_version AS held (kind, version) VALUES (TG_ARGV[0], 1)
    ON CONFLICT (kind) DO UPDATE SET version = held.version + 1;
    PERFORM pg_notify('dualgrid_data_version', TG_ARGV[0]);
    RETURN NULL;
END
$$;

DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN
        SELECT * FROM (VALUES
            ('area', 'boundaries'), ('grid', 'boundaries'), ('grid_version', 'boundaries'),
            ('compound', 'gazetteer'), ('building', 'gazetteer'), ('place', 'gazetteer'),
            ('online_group', 'groups'), ('group_grid', 'groups'), ('group_building', 'groups'),
            ('worker', 'posts'), ('post', 'posts'), ('leave', 'posts'),
            ('lexicon_term', 'lexicon'),
            ('deadline_rule', 'deadlines'), ('calendar_day', 'deadlines')
        ) AS t (table_name, kind)
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER count_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dualgrid.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.count_change(%L)',
            watched.table_name, watched.kind);
    END LOOP;
END
$$;
