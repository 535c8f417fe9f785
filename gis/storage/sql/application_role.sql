-- dualgrid_app: the role that the service and its commands work as. It owns nothing, so no forced policy can
-- be bypassed or taken away by it; migrations run as the owner of the schema. It has no password: in a private
-- cluster it signs in over the socket, elsewhere the URL's own role becomes it for each connection.
-- Roles belong to the whole server: two databases on one server share it, each with its own grants.
DO $$
BEGIN
    CREATE ROLE dualgrid_app LOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'dualgrid_app', 'MEMBER') THEN
        EXECUTE format('GRANT dualgrid_app TO %I', current_user);
    END IF;
END
$$;

GRANT USAGE ON SCHEMA dualgrid TO dualgrid_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA dualgrid TO dualgrid_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA dualgrid TO dualgrid_app;
REVOKE INSERT, UPDATE, DELETE ON dualgrid.alembic_version FROM dualgrid_app;

-- A condition that a reader adds is tried before the policies only where it cannot leak what it is tried on;
-- without this the indexes on geometry and on the pairs of a matter's words serve nobody under them. PostgreSQL does
-- not mark `&&`, which compares two boxes, nor `@>`, which looks up elements by their type's equality: each answers
-- yes or no, and raises nothing about what it is given. Only a superuser may: elsewhere ask one to, else such queries
-- read all rows that the policies give. (`db status` tells.)
DO $$
DECLARE
    operator regprocedure;
BEGIN
    FOREACH operator IN ARRAY ARRAY[
        'geometry_overlaps(geometry, geometry)', 'arraycontains(anyarray, anyarray)']::regprocedure[]
    LOOP
        IF NOT (SELECT proleakproof FROM pg_proc WHERE oid = operator) THEN
            EXECUTE format('ALTER FUNCTION %s LEAKPROOF', operator);
        END IF;
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN NULL;
END
$$;
