-- A building may have the year in which it was built. The layer of buildings tells it too: a function whose columns
-- change is made anew, by the scripts that run after the migrations.

ALTER TABLE building ADD COLUMN built_year smallint;
ALTER TABLE building ADD CONSTRAINT building_built_year_check CHECK (built_year BETWEEN 1000 AND 2100);
DROP FUNCTION IF EXISTS dualgrid.layer_buildings();
