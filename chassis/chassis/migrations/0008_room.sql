-- Rewritten with each fact that is heard: room on its page keeps the new version there, and the index as it is.
ALTER TABLE heard SET (fillfactor = 90);
