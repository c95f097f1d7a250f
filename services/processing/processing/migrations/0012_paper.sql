-- When the paper of a leg arrived, and how much later than the e-dossier.
ALTER TABLE task
    ADD COLUMN paper_at timestamptz,
    ADD COLUMN paper_lag bigint;
