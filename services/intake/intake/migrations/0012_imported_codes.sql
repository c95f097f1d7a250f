-- The codes that came with imported dossiers: no other dossier gets one of them.
CREATE TABLE imported_code (code text PRIMARY KEY, dossier uuid NOT NULL);
INSERT INTO imported_code (code, dossier) SELECT code, dossier FROM dossier WHERE imported AND code IS NOT NULL ON CONFLICT DO NOTHING;
GRANT SELECT, INSERT ON imported_code TO {role};
