-- Records on their way to the compacted topic, in order.
CREATE TABLE outgoing (n bigint PRIMARY KEY, id uuid NOT NULL, key text NOT NULL, kind text NOT NULL, value text NOT NULL, recorded_at timestamptz NOT NULL);
GRANT SELECT, INSERT, DELETE ON outgoing TO {role};
