-- A notice that the calendar moved a date says which version did, and whose hours count.
ALTER TABLE case_notice ADD COLUMN settling text NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN calendar text, ADD COLUMN settling text NOT NULL DEFAULT '';
