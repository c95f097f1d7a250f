-- Open clocks, each with all that counting it anew under another calendar needs; how far an approved calendar has come here.
CREATE TABLE open_clock (
    dossier uuid NOT NULL,
    clock text NOT NULL,
    agency text NOT NULL,
    calendar text NOT NULL,
    checked bigint NOT NULL,
    due_at timestamptz NOT NULL,
    original_due_at timestamptz NOT NULL,
    waiting_since timestamptz,
    running jsonb NOT NULL,
    stuck text,
    PRIMARY KEY (dossier, clock)
);
CREATE INDEX open_clock_checked ON open_clock (checked, dossier, clock);

CREATE TABLE calendar_change (
    code text PRIMARY KEY,
    number bigint NOT NULL,
    started_at timestamptz NOT NULL,
    examined bigint NOT NULL,
    moved bigint NOT NULL,
    stuck bigint NOT NULL,
    finished_at timestamptz
);

GRANT SELECT, INSERT, UPDATE, DELETE ON open_clock TO {role};
GRANT SELECT, INSERT, UPDATE ON calendar_change TO {role};
