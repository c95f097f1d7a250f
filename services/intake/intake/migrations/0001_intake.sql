-- One row a dossier for lists and look-up; the vault with its reads.
CREATE TABLE dossier (
    dossier uuid PRIMARY KEY,
    code text,
    procedure text NOT NULL,
    receiving text NOT NULL,
    settling text NOT NULL,
    channel text NOT NULL,
    source text NOT NULL,
    applicant text NOT NULL,
    status bigint NOT NULL,
    before_stop bigint,
    supplement_stage text,
    submitted_at timestamptz NOT NULL,
    gate_due_at timestamptz,
    received_at timestamptz,
    due_at timestamptz,
    answer_by timestamptz,
    supplement_arrived_at timestamptz,
    needed jsonb,
    decided boolean NOT NULL,
    register_ordinal bigint,
    imported boolean NOT NULL
);
CREATE INDEX dossier_gate ON dossier (receiving, gate_due_at, dossier) WHERE status = 1;
CREATE INDEX dossier_receiving ON dossier (receiving, status, submitted_at, dossier);
CREATE INDEX dossier_applicant ON dossier (applicant, submitted_at, dossier);
CREATE INDEX dossier_code ON dossier (code);

CREATE TABLE vault (
    key text PRIMARY KEY, dossier uuid NOT NULL, kind text NOT NULL, salt text NOT NULL, content jsonb NOT NULL,
    written_by text NOT NULL, written_at timestamptz NOT NULL);
CREATE INDEX vault_dossier ON vault (dossier);
CREATE TABLE vault_read (
    id uuid PRIMARY KEY, key text NOT NULL, reader text NOT NULL, purpose text NOT NULL, read_at timestamptz NOT NULL);
CREATE INDEX vault_read_key ON vault_read (key, read_at);

GRANT SELECT, INSERT, UPDATE ON dossier TO {role};
GRANT SELECT, INSERT, DELETE ON vault TO {role};
GRANT SELECT, INSERT ON vault_read TO {role};
