ALTER TABLE issue DROP CONSTRAINT issue_status_check;
ALTER TABLE issue ADD CONSTRAINT issue_status_check CHECK (status IN (
    'reported', 'accepted', 'at_street', 'at_department', 'resolved', 'closed', 'withdrawn', 'merged'));
ALTER TABLE issue
    ADD COLUMN version INTEGER DEFAULT 1 NOT NULL,
    ADD COLUMN stage_since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD COLUMN first_answered_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN answer TEXT,
    ADD COLUMN settled_level TEXT,
    ADD COLUMN settled_way TEXT,
    ADD COLUMN resolved_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN resolved_by BIGINT CONSTRAINT issue_resolved_by_fkey REFERENCES account (id),
    ADD COLUMN confirmation TEXT,
    ADD COLUMN merged_into BIGINT CONSTRAINT issue_merged_into_fkey REFERENCES issue (id),
    ADD CONSTRAINT issue_settled_level_check
        CHECK (settled_level IN ('household', 'grid', 'network', 'street', 'department')),
    ADD CONSTRAINT issue_settled_way_check
        CHECK (settled_way IN ('in_group', 'online', 'on_site', 'by_neighbours')),
    ADD CONSTRAINT issue_confirmation_check CHECK (confirmation IN ('reporter', 'check', 'silence')),
    ADD CONSTRAINT issue_answer_check CHECK (length(answer) BETWEEN 1 AND 4000),
    ADD CONSTRAINT issue_merged_check CHECK ((status = 'merged') = (merged_into IS NOT NULL)),
    ADD CONSTRAINT issue_merged_into_itself_check CHECK (merged_into <> id),
    ADD CONSTRAINT issue_closed_with_answer_check CHECK (confirmation IS NULL OR answer IS NOT NULL);
UPDATE issue SET stage_since = reported_at;
CREATE INDEX issue_merged_into_idx ON issue (merged_into);
COMMENT ON COLUMN issue.version IS 'counts the changes of the row';
COMMENT ON COLUMN issue.first_answered_at IS 'when somebody first took it up';
COMMENT ON COLUMN issue.answer IS 'what its reporter was told';
COMMENT ON COLUMN issue.confirmation IS 'by what a resolved matter was closed';

ALTER TABLE issue_event DROP CONSTRAINT issue_event_kind_check;
ALTER TABLE issue_event ADD CONSTRAINT issue_event_kind_check
    CHECK (kind IN ('reported', 'located', 'status', 'answered'));
