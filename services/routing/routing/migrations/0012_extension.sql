-- The one extension moves the date of the leg that had until the dossier's date.
ALTER TABLE dossier_case ADD COLUMN extension jsonb, ADD COLUMN extended_legs jsonb NOT NULL DEFAULT '[]';
