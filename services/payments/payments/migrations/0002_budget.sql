-- The rules and the calendar that the dossier pins: by when money that came online has to be in the budget.
ALTER TABLE payment_case
    ADD COLUMN rule_set text NOT NULL DEFAULT '',
    ADD COLUMN calendar text;
