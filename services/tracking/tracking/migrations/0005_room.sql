-- A row is written anew with each fact. Where its page has room for that, no index is touched; pages that were filled to the brim sent each
-- new version, and six index entries, elsewhere.
ALTER TABLE dossier SET (fillfactor = 80);
