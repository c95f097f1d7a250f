-- The numbers of papers that are written before a dossier has a code: refusals, requests to supplement, notices of stopping.
CREATE TABLE paper_number (
    dossier uuid NOT NULL, kind text NOT NULL, nth bigint NOT NULL, number bigint NOT NULL, PRIMARY KEY (dossier, kind, nth));
GRANT SELECT, INSERT ON paper_number TO {role};
