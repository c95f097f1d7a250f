-- One row a dossier, one row a fact heard.
CREATE TABLE dossier (
    id uuid PRIMARY KEY, code text, procedure text NOT NULL, receiving text NOT NULL, settling text NOT NULL, holder text NOT NULL,
    involved jsonb NOT NULL, applicant text NOT NULL, status bigint CHECK (status BETWEEN 1 AND 10), before_stop bigint, supplement_stage text,
    submitted_at timestamptz, received_at timestamptz, due_at timestamptz, original_due_at timestamptz, late_extension boolean NOT NULL,
    waiting_since timestamptz, finished_at timestamptz, returned_at timestamptz, late_from timestamptz, verdict text NOT NULL,
    imported boolean NOT NULL, facts bigint NOT NULL);
CREATE INDEX dossier_code ON dossier (code);
CREATE INDEX dossier_settling ON dossier (settling, status);
CREATE INDEX dossier_due ON dossier (due_at, id);

CREATE TABLE history (
    dossier uuid NOT NULL, n bigint NOT NULL, type text NOT NULL, source text NOT NULL, actor text NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, body text NOT NULL, PRIMARY KEY (dossier, n));
CREATE INDEX history_type ON history (type);

GRANT SELECT, INSERT, UPDATE, DELETE ON dossier, history TO {role};
