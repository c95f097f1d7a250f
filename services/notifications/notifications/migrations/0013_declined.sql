-- Why the leader declined to settle: the notice of the result says it.
ALTER TABLE case_notice ADD COLUMN declined jsonb;
