-- What routing remembers from the bus.
CREATE TABLE dossier_case (
    dossier uuid PRIMARY KEY,
    code text NOT NULL,
    receiving text NOT NULL,
    settling text NOT NULL,
    rule_set text NOT NULL,
    calendar text,
    process jsonb NOT NULL,
    supplement_policy text NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz,
    ended_legs jsonb NOT NULL,
    asked_at timestamptz,
    owed jsonb NOT NULL,
    owed_since timestamptz,
    restarted_at timestamptz,
    pauses jsonb NOT NULL,
    ended boolean NOT NULL,
    imported boolean NOT NULL
);

CREATE TABLE leg (
    dossier uuid NOT NULL,
    leg bigint NOT NULL,
    agency text NOT NULL,
    lead boolean NOT NULL,
    task text NOT NULL,
    transferred_at timestamptz NOT NULL,
    due_at timestamptz,
    paper_due_at timestamptz,
    sent_at timestamptz,
    received_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (dossier, leg)
);
CREATE INDEX leg_agency ON leg (agency, due_at) WHERE ended_at IS NULL;

CREATE TABLE consultation (
    dossier uuid NOT NULL,
    consultation bigint NOT NULL,
    asking text NOT NULL,
    asked text NOT NULL,
    way_of_replying text NOT NULL,
    asked_at timestamptz NOT NULL,
    reply_by timestamptz NOT NULL,
    answered_at timestamptz,
    late boolean NOT NULL,
    PRIMARY KEY (dossier, consultation)
);
CREATE INDEX consultation_asked ON consultation (asked, reply_by, dossier, consultation);

GRANT SELECT, INSERT, UPDATE, DELETE ON dossier_case, leg, consultation TO {role};
