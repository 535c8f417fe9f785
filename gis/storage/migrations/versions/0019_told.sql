-- A reply by chat tells the reporter an answer, which the matter's history says; a message may be the reporter's word.

ALTER TABLE issue_event DROP CONSTRAINT issue_event_kind_check;
ALTER TABLE issue_event ADD CONSTRAINT issue_event_kind_check CHECK (kind IN (
    'reported', 'located', 'status', 'answered', 'urgency', 'paused', 'resumed', 'late', 'topic', 'photo_added',
    'photo_removed', 'told'));

ALTER TABLE message DROP CONSTRAINT message_kind_check;
ALTER TABLE message ADD CONSTRAINT message_kind_check CHECK (kind IN ('text', 'image', 'location', 'word'));
