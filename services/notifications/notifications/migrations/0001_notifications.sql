-- Whom notices go to, and one row for each channel of each event.
CREATE TABLE case_notice (
    dossier uuid PRIMARY KEY, applicant text NOT NULL, receiving text NOT NULL, procedure text NOT NULL, procedure_version bigint NOT NULL,
    form jsonb NOT NULL, code text, due_at timestamptz, imported boolean NOT NULL);

CREATE TABLE delivery (
    fact uuid NOT NULL, channel text NOT NULL CHECK (channel IN ('account', 'sms', 'email')), event text NOT NULL, dossier uuid NOT NULL,
    applicant text NOT NULL, number text NOT NULL, procedure text NOT NULL, procedure_version bigint NOT NULL, form jsonb NOT NULL,
    due_at timestamptz, amount_vnd bigint, items jsonb NOT NULL, reason jsonb, happened_at timestamptz NOT NULL,
    queued_at timestamptz NOT NULL, next_try_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'no-address', 'refused')), attempts bigint NOT NULL,
    delivered_at timestamptz, digest text, answer text, PRIMARY KEY (fact, channel));
CREATE INDEX delivery_waiting ON delivery (channel, next_try_at) WHERE state = 'waiting';
CREATE INDEX delivery_dossier ON delivery (dossier, happened_at, fact, channel);
CREATE INDEX delivery_applicant ON delivery (applicant, channel, happened_at DESC, fact DESC);

GRANT SELECT, INSERT, UPDATE, DELETE ON case_notice, delivery TO {role};
