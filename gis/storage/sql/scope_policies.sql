-- Row-level security: which rows the one who acts sees and may write. One policy a table, forced, so that it
-- binds the owner too; what each table's policy is made of stands in scope.sql. A table that holds nothing
-- of a person is listed, with the reason, in tests/security/test_policies.py; every other must be here.
--
-- Each arm of a condition is a comparison that an index can serve. Arms for single ids come as arrays from a
-- sub-select, which is evaluated once for a statement.
CREATE OR REPLACE FUNCTION pg_temp.protect(guarded text, visible text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE dualgrid.%I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE dualgrid.%I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format('DROP POLICY IF EXISTS in_scope ON dualgrid.%I', guarded);
    EXECUTE format('CREATE POLICY in_scope ON dualgrid.%I USING (%s) WITH CHECK (%s)', guarded, visible, visible);
END
$$;

SELECT pg_temp.protect('household', $$
    community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
    OR building_id = ANY ((SELECT dualgrid.scope_buildings())::bigint[])
$$);

-- Who sees a household sees its people and cars: the sub-select is itself under the household's policy.
SELECT pg_temp.protect('resident', $$
    (SELECT dualgrid.scope_all()) OR EXISTS (SELECT FROM dualgrid.household WHERE household.id = household_id)
$$);
SELECT pg_temp.protect('vehicle', $$
    (SELECT dualgrid.scope_all()) OR EXISTS (SELECT FROM dualgrid.household WHERE household.id = household_id)
$$);

-- A matter is seen in its area, its grid and its online group, and by the account that entered it.
SELECT pg_temp.protect('issue', $$
    community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
    OR grid_id = ANY ((SELECT dualgrid.scope_grids())::bigint[])
    OR group_id = ANY ((SELECT dualgrid.scope_groups())::bigint[])
    OR account_id = (SELECT dualgrid.acting_account())
    OR (community_id IS NULL AND (SELECT dualgrid.scope_all()))
$$);
SELECT pg_temp.protect('issue_event', $$
    (SELECT dualgrid.scope_all()) OR EXISTS (SELECT FROM dualgrid.issue WHERE issue.id = issue_id)
$$);

-- What a matter came by is seen with the matter.
SELECT pg_temp.protect('message', $$
    (SELECT dualgrid.scope_all()) OR EXISTS (SELECT FROM dualgrid.issue WHERE issue.id = issue_id)
$$);

-- So are its photos; which roles look at any is said in security/permissions.py.
SELECT pg_temp.protect('attachment', $$
    (SELECT dualgrid.scope_all()) OR EXISTS (SELECT FROM dualgrid.issue WHERE issue.id = issue_id)
$$);

SELECT pg_temp.protect('worker', $$
    community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
    OR community_id = ANY ((SELECT dualgrid.scope_colleagues())::bigint[])
$$);

-- A report is of all of a community, for those who have all of it in scope.
SELECT pg_temp.protect('report', $$
    community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
$$);

-- What residents call a building is read by those of its community.
SELECT pg_temp.protect('alias_proposal', $$
    (SELECT dualgrid.scope_all())
    OR building_id IN (
        SELECT id FROM dualgrid.building
        WHERE community_id = ANY ((SELECT dualgrid.scope_communities())::bigint[])
           OR community_id = ANY ((SELECT dualgrid.scope_colleagues())::bigint[]))
$$);

-- An account is seen by its owner and by who administers; so are its sign-ins. The role is the transaction's own
-- here, because acting_role() reads this table.
SELECT pg_temp.protect('account', $$
    id = (SELECT dualgrid.acting_account()) OR (SELECT current_setting('app.role', true)) = 'admin'
$$);
SELECT pg_temp.protect('account_area', $$
    account_id = (SELECT dualgrid.acting_account()) OR (SELECT current_setting('app.role', true)) = 'admin'
$$);
SELECT pg_temp.protect('sign_in', $$
    account_id = (SELECT dualgrid.acting_account()) OR (SELECT current_setting('app.role', true)) = 'admin'
$$);
-- Failures to sign in are counted by the service itself, before anybody acts; an administrator may forget them.
SELECT pg_temp.protect('sign_in_failure', $$
    (SELECT current_setting('app.role', true)) = 'admin'
$$);

DROP FUNCTION pg_temp.protect(text, text);
