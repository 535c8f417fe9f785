-- What came from an online group is found by an index: its latest matter, and those of some weeks.

CREATE INDEX issue_group_id_reported_at_idx ON issue (group_id, reported_at) WHERE group_id IS NOT NULL;
