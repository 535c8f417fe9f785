-- What follows a change of the taxonomy. Lexicon, deadlines and services follow a rename by their foreign keys;
-- matters hold the name alone, because an import may bring topics that are not of the taxonomy, and are renamed here:
-- all of them, also those that who renames does not see. A topic that moves to another line leaves the line of its
-- matters as it was when they came.
CREATE OR REPLACE FUNCTION dualgrid.rename_on_matters() RETURNS trigger
LANGUAGE plpgsql
SET app.account = ''
SET app.role = 'admin'
AS $$
BEGIN
    IF TG_TABLE_NAME = 'topic' THEN
        UPDATE dualgrid.issue SET topic = NEW.name WHERE topic = OLD.name;
    ELSE
        UPDATE dualgrid.issue SET line = NEW.name WHERE line = OLD.name;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER rename_on_matters AFTER UPDATE ON dualgrid.topic
FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION dualgrid.rename_on_matters();
CREATE OR REPLACE TRIGGER rename_on_matters AFTER UPDATE ON dualgrid.line
FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION dualgrid.rename_on_matters();

-- Counted, so that of two who change a row the second is told; see issue_versions.sql.
CREATE OR REPLACE TRIGGER count_version BEFORE UPDATE ON dualgrid.topic
FOR EACH ROW EXECUTE FUNCTION dualgrid.count_version();
CREATE OR REPLACE TRIGGER count_version BEFORE UPDATE ON dualgrid.line
FOR EACH ROW EXECUTE FUNCTION dualgrid.count_version();

-- Open311's list of services tells when it has changed: also when a topic in it has.
CREATE OR REPLACE FUNCTION dualgrid.note_change_of_topic() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE dualgrid.service SET changed_at = now() WHERE topic = NEW.name;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_change_of_topic AFTER UPDATE ON dualgrid.topic
FOR EACH ROW EXECUTE FUNCTION dualgrid.note_change_of_topic();
