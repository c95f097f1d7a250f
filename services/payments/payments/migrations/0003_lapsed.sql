-- Since when something is owed no more, though nobody paid.
ALTER TABLE obligation ADD COLUMN lapsed_at timestamptz;
