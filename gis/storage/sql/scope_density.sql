-- Row-level security of matters that are counted in advance (density.sql).
--
-- Whole communities are in a sheet, so who sees one whole sees its sheets; who sees less counts the matters that the
-- own scope has. Whoever writes a matter puts its change down, also where it is out of the writer's sight then.
ALTER TABLE dualgrid.density_sheet ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.density_sheet FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.density_sheet;
CREATE POLICY in_scope ON dualgrid.density_sheet
    USING (
        community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
        OR (SELECT dualgrid.scope_all()))
    WITH CHECK ((SELECT dualgrid.scope_all()));
ALTER TABLE dualgrid.density_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE dualgrid.density_change FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS in_scope ON dualgrid.density_change;
CREATE POLICY in_scope ON dualgrid.density_change
    USING (
        community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
        OR (SELECT dualgrid.scope_all()))
    WITH CHECK (true);
