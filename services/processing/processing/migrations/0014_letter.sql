-- Whose dossier it is, the form as it stands, and the receipt's number: what form 04 repeats, and who may fetch it.
ALTER TABLE dossier_case
    ADD COLUMN applicant text NOT NULL DEFAULT '',
    ADD COLUMN form jsonb,
    ADD COLUMN register_ordinal bigint NOT NULL DEFAULT 0;
ALTER TABLE gate_request
    ADD COLUMN applicant text NOT NULL DEFAULT '',
    ADD COLUMN form jsonb;
