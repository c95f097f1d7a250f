-- A clerk's list of what is due soon, and an agency's dossiers by age, are read from an index in their order: without it every page sorted
-- all dossiers of the agency and the status, of which those that were returned are never fewer.
CREATE INDEX dossier_work ON dossier (settling, status, due_at, id);
CREATE INDEX dossier_age ON dossier (settling, id);
DROP INDEX dossier_settling;
