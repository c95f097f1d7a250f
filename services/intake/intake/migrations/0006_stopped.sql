-- The holder's yes to a stop, for form 05.
ALTER TABLE dossier ADD COLUMN stopped jsonb;
