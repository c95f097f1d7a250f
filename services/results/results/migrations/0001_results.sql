-- What results knows of each dossier, from the bus.
CREATE TABLE result_case (
    dossier uuid PRIMARY KEY,
    state text NOT NULL,
    code text NOT NULL,
    procedure text NOT NULL,
    receiving text NOT NULL,
    settling text NOT NULL,
    applicant text NOT NULL,
    return_channel text NOT NULL,
    imported boolean NOT NULL,
    due_at timestamptz,
    original_due_at timestamptz,
    extension_in_time boolean,
    apologised boolean NOT NULL,
    outcome text,
    stop_open boolean NOT NULL,
    unpaid jsonb NOT NULL,
    paid jsonb NOT NULL,
    number text NOT NULL,
    file jsonb,
    certificate text NOT NULL,
    issued_at timestamptz,
    returned_at timestamptz,
    way text NOT NULL
);
CREATE INDEX result_case_waiting ON result_case (receiving, state, issued_at, dossier) WHERE issued_at IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON result_case TO {role};
