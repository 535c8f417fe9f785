-- The audit log is written by the application and changed by nobody: its role may add entries and (under the
-- policies) read them. Each entry carries the hash of itself and of all before it.
--
-- The head of the chain is one row, so entries are added one after another: a transaction that has added one holds
-- up the next until its end. It belongs to the owner alone, or the application could begin another chain.
REVOKE UPDATE, DELETE, TRUNCATE ON dualgrid.audit_log FROM dualgrid_app;
REVOKE ALL ON dualgrid.audit_head FROM dualgrid_app;

-- audit_chain(previous, entry): the hash that binds an entry to the one before it. A column that is added later is
-- empty in older entries, and what is empty is left out.
CREATE OR REPLACE FUNCTION dualgrid.audit_chain(previous bytea, entry dualgrid.audit_log) RETURNS bytea
LANGUAGE sql STABLE
SET timezone = 'UTC'
AS $$
    SELECT sha256(previous || convert_to(jsonb_strip_nulls(to_jsonb(entry) - 'chain')::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION dualgrid.chain_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = dualgrid, pg_temp
AS $$
DECLARE
    previous bytea;
BEGIN
    UPDATE dualgrid.audit_head SET entries = entries + 1 RETURNING entries, chain INTO STRICT NEW.id, previous;
    NEW.at := clock_timestamp();
    NEW.chain := dualgrid.audit_chain(previous, NEW);
    UPDATE dualgrid.audit_head SET chain = NEW.chain;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER chain_entry BEFORE INSERT ON dualgrid.audit_log
    FOR EACH ROW EXECUTE FUNCTION dualgrid.chain_entry();

-- audit_breaks(): the entries that do not follow from the ones before them, and the last one if the chain goes on
-- after it. The first that is kept is taken as it is. For administrators: nobody else reads the log.
CREATE OR REPLACE FUNCTION dualgrid.audit_breaks() RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = dualgrid, pg_temp
AS $$
    WITH held AS (
        SELECT entry.id, entry.chain, dualgrid.audit_chain(lag(entry.chain) OVER (ORDER BY entry.id), entry) AS due
        FROM dualgrid.audit_log AS entry
    )
    SELECT held.id FROM held WHERE held.due <> held.chain
    UNION
    SELECT held.id FROM held, dualgrid.audit_head AS head
    WHERE held.id = (SELECT max(held.id) FROM held) AND head.chain <> held.chain
    ORDER BY id
$$;
