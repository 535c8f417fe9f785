-- What a reporter adds by chat to a matter that is not settled yet.

ALTER TABLE issue_event DROP CONSTRAINT issue_event_kind_check;
ALTER TABLE issue_event ADD CONSTRAINT issue_event_kind_check CHECK (kind IN (
    'reported', 'located', 'status', 'answered', 'urgency', 'paused', 'resumed', 'late', 'topic', 'photo_added',
    'photo_removed', 'told', 'added'));
