-- Where each dossier stands, and one row a message to the portal.
CREATE TABLE case_state (
    dossier uuid PRIMARY KEY, status bigint CHECK (status BETWEEN 1 AND 10), before_stop bigint, supplement_stage text, code text,
    holder text NOT NULL, imported boolean NOT NULL, messages bigint NOT NULL);

CREATE TABLE outgoing (
    dossier uuid NOT NULL, n bigint NOT NULL, fact uuid NOT NULL UNIQUE, correlation uuid NOT NULL, status bigint NOT NULL, number text NOT NULL,
    department text NOT NULL, happened_at timestamptz NOT NULL, queued_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'parked', 'held')), attempts bigint NOT NULL, next_try_at timestamptz NOT NULL,
    delivered_at timestamptz, answer text, PRIMARY KEY (dossier, n));
CREATE INDEX outgoing_waiting ON outgoing (state, next_try_at, dossier, n);
CREATE INDEX outgoing_age ON outgoing (state, queued_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON case_state, outgoing TO {role};
