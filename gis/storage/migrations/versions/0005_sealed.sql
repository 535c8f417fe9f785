-- Phones and identity numbers are sealed, and so are words that hold some; what was in clear is moved by the revision.

CREATE TABLE data_key (
    id BYTEA NOT NULL,
    first_used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT data_key_pkey PRIMARY KEY (id)
);

ALTER TABLE resident
    ADD COLUMN phone_sealed BYTEA,
    ADD COLUMN phone_digest BYTEA,
    ADD COLUMN id_number_sealed BYTEA,
    ADD COLUMN id_number_digest BYTEA;
ALTER TABLE worker
    ADD COLUMN phone_sealed BYTEA,
    ADD COLUMN phone_digest BYTEA;
ALTER TABLE issue
    ADD COLUMN text_sealed BYTEA,
    ADD COLUMN address_sealed BYTEA,
    ADD COLUMN answer_sealed BYTEA,
    ADD COLUMN reporter_name_sealed BYTEA,
    ADD COLUMN reporter_phone_sealed BYTEA,
    ADD COLUMN reporter_phone_digest BYTEA;

COMMENT ON COLUMN resident.phone_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN resident.id_number_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN worker.phone_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.text_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.answer_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.answer IS 'what its reporter was told; masked, as text is';
COMMENT ON COLUMN issue.address_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.reporter_name_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.reporter_phone_sealed IS 'encrypted, see gis/security/vault.py';
COMMENT ON COLUMN issue.text IS 'masked; as it was sent in text_sealed, where that differs';
COMMENT ON COLUMN issue.address IS 'masked, as text is';
COMMENT ON COLUMN issue.reporter_name IS 'numbers in it are masked, as in text';

CREATE INDEX resident_phone_digest_idx ON resident (phone_digest);
CREATE INDEX resident_id_number_digest_idx ON resident (id_number_digest);
CREATE INDEX issue_reporter_phone_digest_idx ON issue (reporter_phone_digest) WHERE reporter_phone_digest IS NOT NULL;
