-- Paper and supervision: what came on paper, which one-stop watches over it, and what the heads of the one-stops are told.
ALTER TABLE dossier_case ADD COLUMN on_paper boolean NOT NULL DEFAULT false;
ALTER TABLE dossier_case ADD COLUMN supervising text;
CREATE INDEX dossier_case_supervised ON dossier_case (supervising, received_at, dossier) WHERE supervising IS NOT NULL;

CREATE TABLE alert (
    dossier uuid NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL,
    told text NOT NULL,
    code text NOT NULL,
    about text NOT NULL,
    due_at timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    PRIMARY KEY (dossier, kind, number, told)
);
CREATE INDEX alert_told ON alert (told, raised_at DESC, dossier, kind, number);

GRANT SELECT, INSERT, UPDATE, DELETE ON alert TO {role};
