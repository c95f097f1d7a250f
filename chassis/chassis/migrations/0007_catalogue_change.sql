-- Several processes of a service share a copy of the catalogue, and each keeps it decoded in memory: which change was the last tells the
-- others when to read again.
CREATE TABLE catalogue_change (name text PRIMARY KEY, change uuid NOT NULL);
GRANT SELECT, INSERT, UPDATE ON catalogue_change TO {role};
