-- The one-stop that hands the result over: the receiving one, unless the receipt names another.
ALTER TABLE result_case ADD COLUMN returner text NOT NULL DEFAULT '';
UPDATE result_case SET returner = receiving;
CREATE INDEX result_case_returner ON result_case (returner, state, issued_at, dossier) WHERE issued_at IS NOT NULL;
DROP INDEX result_case_waiting;
