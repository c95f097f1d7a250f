-- An apology frees only for the date that bound when it was given. Of those given before, the moment is not known here: they hold
-- until the date moves again.
ALTER TABLE result_case
    ADD COLUMN apologised_at timestamptz,
    ADD COLUMN bound_since timestamptz;
UPDATE result_case SET apologised_at = '1970-01-01T00:00:00Z' WHERE apologised;
ALTER TABLE result_case DROP COLUMN apologised;
