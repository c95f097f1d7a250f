-- Where the rule set lets the clock begin only at the competent agency: whether it is still waited for, and when it began.
ALTER TABLE dossier_case
    ADD COLUMN awaits_agency boolean NOT NULL DEFAULT false,
    ADD COLUMN started_at timestamptz;
