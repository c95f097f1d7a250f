-- What payments knows of each dossier, what is owed, and every bank notice ever heard.
CREATE TABLE payment_case (
    dossier uuid PRIMARY KEY,
    code text NOT NULL,
    applicant text NOT NULL,
    receiving text NOT NULL,
    settling text NOT NULL,
    imported boolean NOT NULL
);

CREATE TABLE obligation (
    dossier uuid NOT NULL,
    obligation text NOT NULL,
    amount_vnd bigint NOT NULL,
    basis text NOT NULL,
    due text NOT NULL,
    receiving text NOT NULL,
    opened_at timestamptz NOT NULL,
    imported boolean NOT NULL,
    paid_at timestamptz,
    method text NOT NULL,
    voucher text NOT NULL,
    PRIMARY KEY (dossier, obligation)
);

CREATE TABLE bank_notice (
    voucher text PRIMARY KEY,
    dossier uuid NOT NULL,
    obligation text NOT NULL,
    amount_vnd bigint NOT NULL,
    succeeded_at timestamptz NOT NULL,
    heard_at timestamptz NOT NULL,
    state text NOT NULL
);
CREATE INDEX bank_notice_dossier ON bank_notice (dossier, obligation, state);
CREATE INDEX bank_notice_state ON bank_notice (state, heard_at, voucher);

GRANT SELECT, INSERT, UPDATE, DELETE ON payment_case, obligation, bank_notice TO {role};
