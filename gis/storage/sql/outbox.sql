-- The outbox: the number of each event of a matter, written by the statement that writes the event, so that none can be
-- recorded without being told, and by one insert for all events of a statement. It names no reader and wakes nobody:
-- the relay (gis/notify/relay.py) looks for itself, and takes out what it has turned into notices.
CREATE OR REPLACE FUNCTION dualgrid.put_out() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO dualgrid.outbox (event_id) SELECT id FROM written;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER put_out AFTER INSERT ON dualgrid.issue_event
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION dualgrid.put_out();
