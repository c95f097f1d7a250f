-- What officers were told; the gate's queue also has supplements that came and wait for confirmation.
CREATE TABLE notice (
    kind text NOT NULL, dossier uuid NOT NULL, round text NOT NULL, receiving text NOT NULL, due_at timestamptz,
    told_at timestamptz NOT NULL, in_time boolean, seen_by text, seen_at timestamptz,
    PRIMARY KEY (kind, dossier, round));
CREATE INDEX notice_waiting ON notice (receiving, told_at, kind, dossier, round);
CREATE INDEX notice_dossier ON notice (dossier);
GRANT SELECT, INSERT, UPDATE ON notice TO {role};

DROP INDEX dossier_gate;
CREATE INDEX dossier_gate ON dossier (receiving, gate_due_at, dossier) WHERE status IN (1, 5);
