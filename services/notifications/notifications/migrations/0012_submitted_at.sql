-- Since when a dossier's dates are counted: of a calendar's changes a notice names only those that lie between then and the new date.
ALTER TABLE case_notice ADD COLUMN submitted_at timestamptz;
ALTER TABLE delivery ADD COLUMN submitted_at timestamptz;
