-- What has to be paid before reception, and when it was.
ALTER TABLE dossier ADD COLUMN prepaid_vnd bigint, ADD COLUMN fee_paid_at timestamptz;
