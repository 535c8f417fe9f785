-- A matter is found by any two characters that stand beside each other in its words: Chinese has no spaces to find
-- words by, most of its words are two characters long, and trigrams do not see those. A pair is one number, its
-- characters' codes in sixteen bits each; characters outside the basic plane share numbers with others, which only
-- costs a closer look. These functions stay as they are: what is stored was made by them.
CREATE FUNCTION plain_words(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(normalize(words, NFKC) COLLATE "C") $$;

CREATE FUNCTION word_pairs(words text) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT coalesce(array_agg(DISTINCT ((ascii(one) & 65535) << 16) | (ascii(next) & 65535)), '{}')
    FROM (SELECT one, lead(one) OVER (ORDER BY place) AS next
          FROM unnest(string_to_array(dualgrid.plain_words(words), NULL)) WITH ORDINALITY AS signs (one, place)) AS pairs
    WHERE next IS NOT NULL
$$;

ALTER TABLE issue ADD COLUMN word_pairs INTEGER[] GENERATED ALWAYS AS (
    word_pairs(text || E'\n' || coalesce(address, '') || E'\n' || coalesce(answer, ''))) STORED;
CREATE INDEX issue_word_pairs_idx ON issue USING gin (word_pairs);
COMMENT ON COLUMN issue.word_pairs IS 'each two neighbouring characters of the masked words, to be found by';

CREATE INDEX issue_open_idx ON issue (community_id, reported_at, id)
    WHERE status IN ('reported', 'accepted', 'at_street', 'at_department');
CREATE INDEX issue_group_id_idx ON issue (group_id);
CREATE INDEX issue_external_id_idx ON issue (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX issue_reporter_name_idx ON issue (reporter_name) WHERE reporter_name IS NOT NULL;
