-- An agency's tasks in one state are read from an index in their order: by agency alone a page went through all that were ever decided.
CREATE INDEX task_state ON task (agency, state, transferred_at, dossier, leg);
