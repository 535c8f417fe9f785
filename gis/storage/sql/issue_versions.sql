-- Counts the changes of each matter, whoever makes them, so that two people who act at once can be told apart:
-- the second one's If-Match names a version that is gone.
CREATE OR REPLACE FUNCTION dualgrid.count_version() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER count_version BEFORE UPDATE ON dualgrid.issue
FOR EACH ROW EXECUTE FUNCTION dualgrid.count_version();
