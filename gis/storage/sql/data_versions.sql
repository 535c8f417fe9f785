-- Counts the changes of what processes keep in memory: the boundaries, the gazetteer, the groups, the posts, the
-- topics with their lexicon and model, and who is signed in. The count changes in the same transaction as the data,
-- so whoever reads the count first and the data after it never holds data older than its count. Writers of one kind wait for each other until
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
            ('line', 'lexicon'), ('topic', 'lexicon'), ('lexicon_term', 'lexicon'),
            ('topic_model', 'topic_model'),
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

-- Who is signed in: what takes access away counts, or changes what an account is. A new sign-in does not, since
-- only sign-ins that were found are remembered; nor does the use of one, nor the sweep of those that have ended.
-- Deferred, so that the count is the last lock that a transaction takes, whatever the order of its statements.
DROP TRIGGER IF EXISTS count_change ON dualgrid.account;
CREATE CONSTRAINT TRIGGER count_change AFTER UPDATE OR DELETE ON dualgrid.account
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dualgrid.count_change('accounts');
DROP TRIGGER IF EXISTS count_change ON dualgrid.sign_in;
CREATE CONSTRAINT TRIGGER count_change AFTER DELETE OR UPDATE OF expires_at, account_id ON dualgrid.sign_in
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.expires_at > now())
EXECUTE FUNCTION dualgrid.count_change('accounts');
