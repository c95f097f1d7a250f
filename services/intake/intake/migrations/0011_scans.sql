-- Signed scans: who digitised a paper, and with which personal certificate (Đ17.1c).
CREATE TABLE scanned (digest text PRIMARY KEY, officer text NOT NULL, certificate text NOT NULL, signed_at timestamptz NOT NULL);
GRANT SELECT, INSERT, UPDATE ON scanned TO {role};
