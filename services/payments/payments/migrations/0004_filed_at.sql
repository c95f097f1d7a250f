-- Money for a dossier is not older than the dossier.
ALTER TABLE payment_case ADD COLUMN filed_at timestamptz;
