-- Which fact a discarded record claimed to be: where the numbering skips it, nothing is missing. 0: it was counted as heard at once (before
-- this), NULL: nobody can read which; it gets a number when a fact after it shows which one is missing.
ALTER TABLE discarded ADD COLUMN source text NOT NULL DEFAULT '', ADD COLUMN sequence bigint DEFAULT 0;
CREATE INDEX discarded_subject ON discarded (subject);
GRANT UPDATE ON discarded TO {role};
