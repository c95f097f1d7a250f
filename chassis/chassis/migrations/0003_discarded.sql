-- What somebody decided never to apply: the record itself stays on its topic, and here stands who gave it up, when and why.
CREATE TABLE discarded (
    topic text NOT NULL, partition bigint NOT NULL, "offset" bigint NOT NULL, subject text NOT NULL, digest text NOT NULL, parked_reason text NOT NULL,
    parked_at timestamptz NOT NULL, reason text NOT NULL, discarded_by text NOT NULL, discarded_at timestamptz NOT NULL,
    PRIMARY KEY (topic, partition, "offset"));
GRANT SELECT, INSERT ON discarded TO {role};
