-- What the applicant owes while the clock stands still for it.
ALTER TABLE case_state ADD COLUMN owing jsonb NOT NULL DEFAULT '[]';
