-- What the register says of the way after reception.
ALTER TABLE dossier
    ADD COLUMN transferred_at timestamptz,
    ADD COLUMN result_at timestamptz,
    ADD COLUMN returned_at timestamptz,
    ADD COLUMN returned_way text;
CREATE INDEX dossier_register ON dossier (receiving, register_ordinal, dossier) WHERE received_at IS NOT NULL;
