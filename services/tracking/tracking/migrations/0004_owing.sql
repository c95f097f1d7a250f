-- What the applicant owes while the clock stands still for it.
ALTER TABLE dossier ADD COLUMN owing jsonb NOT NULL DEFAULT '[]';
