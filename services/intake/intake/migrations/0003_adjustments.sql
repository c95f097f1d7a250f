-- How often the holder answered a request to stop or adjust; of earlier dossiers nobody counted.
ALTER TABLE dossier
    ADD COLUMN stop_answers bigint,
    ADD COLUMN consents bigint NOT NULL DEFAULT 0;
