-- One row a dossier; rates are counted from the rows.
CREATE TABLE case_state (
    dossier uuid PRIMARY KEY, settling text NOT NULL, status bigint CHECK (status BETWEEN 1 AND 10), before_stop bigint, supplement_stage text,
    month text, verdict text NOT NULL, due_at timestamptz, original_due_at timestamptz, late_extension boolean NOT NULL,
    waiting_since timestamptz, finished_at timestamptz, returned_at timestamptz, late_from timestamptz, imported boolean NOT NULL,
    known_at timestamptz NOT NULL);
CREATE INDEX case_state_settling ON case_state (settling, month, verdict);
CREATE INDEX case_state_known ON case_state (known_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON case_state TO {role};
