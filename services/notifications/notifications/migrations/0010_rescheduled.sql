-- A notice that a date has moved names the old date too.
ALTER TABLE delivery ADD COLUMN old_due_at timestamptz;
