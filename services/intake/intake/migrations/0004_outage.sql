-- The paper books' codes.
CREATE TABLE outage_code (
    code text PRIMARY KEY, agency text NOT NULL, day date NOT NULL, holder text NOT NULL, allotted_by text NOT NULL,
    allotted_at timestamptz NOT NULL, state text NOT NULL, dossier uuid);
CREATE INDEX outage_code_sheet ON outage_code (holder, day, agency, code);
GRANT SELECT, INSERT, UPDATE ON outage_code TO {role};
