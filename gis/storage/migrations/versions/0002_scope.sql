CREATE TABLE account_area (
    account_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    CONSTRAINT account_area_pkey PRIMARY KEY (account_id, area_id),
    CONSTRAINT account_area_account_id_fkey FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE,
    CONSTRAINT account_area_area_id_fkey FOREIGN KEY(area_id) REFERENCES area (id)
);
COMMENT ON TABLE account_area IS 'what officials and planners see: these areas and all below them';

-- Until now they saw everything that there is; what is added later, they see when somebody gives it to them.
INSERT INTO account_area (account_id, area_id)
SELECT account.id, area.id FROM account, area
WHERE account.role IN ('official', 'planner') AND area.parent_id IS NULL;

ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CONSTRAINT account_role_check CHECK (role IN (
    'admin', 'dispatcher', 'official', 'planner', 'worker', 'network_commentator', 'property_manager', 'group_head',
    'intake'));

ALTER TABLE issue ADD COLUMN account_id BIGINT CONSTRAINT issue_account_id_fkey REFERENCES account (id);
CREATE INDEX issue_account_id_idx ON issue (account_id);
COMMENT ON COLUMN issue.account_id IS 'who entered it; empty: an import';

ALTER TABLE household ADD COLUMN community_id BIGINT;
UPDATE household SET community_id = building.community_id FROM building WHERE building.id = household.building_id;
ALTER TABLE household ALTER COLUMN community_id SET NOT NULL;
ALTER TABLE household DROP CONSTRAINT household_building_id_fkey;
ALTER TABLE household ADD CONSTRAINT household_building_id_community_id_fkey
    FOREIGN KEY (building_id, community_id) REFERENCES building (id, community_id);
CREATE INDEX household_community_id_idx ON household (community_id);
