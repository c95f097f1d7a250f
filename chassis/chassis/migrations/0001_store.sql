-- The store of one service. Run by the owner; the service's role only gets what stands at the end.
CREATE TABLE facts (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL CHECK (originator_version > 0),
    position bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    state bytea NOT NULL,
    event_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL,
    correlation uuid NOT NULL,
    causation uuid,
    traceparent text,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX facts_position ON facts (position);

CREATE FUNCTION append_one(uuid, bigint, text, bytea, uuid, timestamptz, text, uuid, uuid, text) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE placed bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({lock});
    INSERT INTO facts (originator_id, originator_version, topic, state, event_id, recorded_at, actor, correlation, causation, traceparent)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING position INTO placed;
    RETURN placed;
END $$;

CREATE FUNCTION append_many(uuid[], bigint[], text[], bytea[], uuid[], timestamptz[], text[], uuid[], uuid[], text[]) RETURNS SETOF bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({lock});
    RETURN QUERY
    INSERT INTO facts (originator_id, originator_version, topic, state, event_id, recorded_at, actor, correlation, causation, traceparent)
    SELECT a, b, c, d, e, f, g, h, i, j
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY AS u(a, b, c, d, e, f, g, h, i, j, n) ORDER BY n
    RETURNING position;
END $$;

CREATE TABLE relay_position (one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL);
INSERT INTO relay_position (position) VALUES (0);

CREATE TABLE inbox_position (
    topic text NOT NULL, partition int NOT NULL, next_offset bigint NOT NULL, proof text, PRIMARY KEY (topic, partition));

CREATE TABLE ordinal (series text PRIMARY KEY, last bigint NOT NULL);

CREATE TABLE heard (source text NOT NULL, subject uuid NOT NULL, sequence bigint NOT NULL, PRIMARY KEY (subject, source));

CREATE TABLE parked (
    topic text NOT NULL, partition bigint NOT NULL, "offset" bigint NOT NULL, subject text NOT NULL, key bytea, value bytea, headers jsonb NOT NULL,
    reason text NOT NULL, parked_at timestamptz NOT NULL, PRIMARY KEY (topic, partition, "offset"));
CREATE INDEX parked_subject ON parked (subject);

CREATE TABLE timer (
    name text NOT NULL, subject uuid NOT NULL, due_at timestamptz NOT NULL, detail text NOT NULL DEFAULT '', PRIMARY KEY (name, subject, detail));
CREATE INDEX timer_due ON timer (due_at);

CREATE TABLE idempotency (
    actor text NOT NULL, key text NOT NULL, digest text NOT NULL, status bigint NOT NULL, answer jsonb NOT NULL, headers jsonb NOT NULL,
    recorded_at timestamptz NOT NULL, PRIMARY KEY (actor, key));

CREATE TABLE catalogue_entry (
    key text PRIMARY KEY, kind text NOT NULL, id text NOT NULL, version bigint NOT NULL, valid_from date NOT NULL, valid_to date, body text NOT NULL);
CREATE INDEX catalogue_entry_id ON catalogue_entry (kind, id, version);

GRANT SELECT, INSERT ON facts TO {role};
GRANT USAGE ON SEQUENCE facts_position_seq TO {role};
GRANT SELECT, UPDATE ON relay_position TO {role};
GRANT SELECT, INSERT, UPDATE ON inbox_position, ordinal, heard, catalogue_entry TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON parked, timer, idempotency TO {role};
