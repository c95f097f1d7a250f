CREATE TABLE sample_case (
    dossier uuid PRIMARY KEY, agency text NOT NULL, state text NOT NULL, facts bigint NOT NULL, due_at timestamptz, opened_on date NOT NULL,
    share double precision NOT NULL, urgent boolean NOT NULL, seal bytea NOT NULL, legs jsonb NOT NULL);
CREATE TABLE sample_tally (agency text NOT NULL, day date NOT NULL, PRIMARY KEY (agency, day));
GRANT SELECT, INSERT, UPDATE, DELETE ON sample_case, sample_tally TO {role};
