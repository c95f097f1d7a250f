-- What processing remembers from the bus.
CREATE TABLE dossier_case (
    dossier uuid PRIMARY KEY,
    code text NOT NULL,
    receiving text NOT NULL,
    settling text NOT NULL,
    procedure text NOT NULL,
    procedure_version bigint NOT NULL,
    rule_set text NOT NULL,
    deadline jsonb,
    process jsonb NOT NULL,
    supplement_policy text NOT NULL,
    received_at timestamptz NOT NULL,
    held jsonb NOT NULL,
    asked_at timestamptz,
    restarted_at timestamptz,
    pauses jsonb NOT NULL,
    wishes_answered bigint NOT NULL,
    stop_requests bigint NOT NULL,
    late_stops bigint NOT NULL,
    stop_wish text,
    paid jsonb NOT NULL,
    ended boolean NOT NULL,
    imported boolean NOT NULL
);

CREATE TABLE task (
    dossier uuid NOT NULL,
    leg bigint NOT NULL,
    code text NOT NULL,
    procedure text NOT NULL,
    agency text NOT NULL,
    lead boolean NOT NULL,
    task text NOT NULL,
    transferred_at timestamptz NOT NULL,
    due_at timestamptz,
    settlement_due_at timestamptz,
    state text NOT NULL,
    assignee text,
    draft bigint NOT NULL,
    waits_for text,
    PRIMARY KEY (dossier, leg)
);
CREATE INDEX task_agency ON task (agency, transferred_at, dossier, leg);
CREATE INDEX task_assignee ON task (assignee, transferred_at, dossier, leg);

GRANT SELECT, INSERT, UPDATE, DELETE ON dossier_case, task TO {role};
