-- How many steps of the internal process were left out on the way to the decision.
ALTER TABLE task ADD COLUMN skipped bigint NOT NULL DEFAULT 0;
