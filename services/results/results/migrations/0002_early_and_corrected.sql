-- Early results, corrections, the e-paper's fields; the dates as contracts.settlement folds them.
ALTER TABLE result_case
    ADD COLUMN procedure_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN channel text NOT NULL DEFAULT '',
    ADD COLUMN immediate boolean NOT NULL DEFAULT false,
    ADD COLUMN rule_set text NOT NULL DEFAULT '',
    ADD COLUMN calendar text,
    ADD COLUMN form jsonb,
    ADD COLUMN late_extension boolean NOT NULL DEFAULT false,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN announced_at timestamptz,
    ADD COLUMN correction_due_at timestamptz;
UPDATE result_case SET late_extension = true WHERE extension_in_time IS FALSE;
ALTER TABLE result_case DROP COLUMN extension_in_time;
