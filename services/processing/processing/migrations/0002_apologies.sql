-- Which dossiers need an apology, from which date on, and what the case has to know for it.
ALTER TABLE dossier_case
    ADD COLUMN requests bigint NOT NULL DEFAULT 0,
    ADD COLUMN issued_at timestamptz,
    ADD COLUMN returned boolean NOT NULL DEFAULT false;

CREATE TABLE gate_request (
    dossier uuid PRIMARY KEY,
    requests bigint NOT NULL
);

CREATE TABLE apology_need (
    dossier uuid NOT NULL,
    agency text NOT NULL,
    duty text NOT NULL,
    code text NOT NULL,
    procedure text NOT NULL,
    due_at timestamptz NOT NULL,
    apologise_on date NOT NULL,
    issued_at timestamptz,
    PRIMARY KEY (dossier, agency)
);
CREATE INDEX apology_need_agency ON apology_need (agency, due_at, dossier);

GRANT SELECT, INSERT, UPDATE, DELETE ON gate_request, apology_need TO {role};
