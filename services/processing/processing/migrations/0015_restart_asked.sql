-- When the supplement that restarted the clock was asked for: the derivation tells it.
ALTER TABLE dossier_case ADD COLUMN restart_asked_at timestamptz;
