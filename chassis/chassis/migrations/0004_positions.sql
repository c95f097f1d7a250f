-- A position is given by the database alone: one that a service chose itself would send its relay past everything behind it.
REVOKE INSERT ON facts FROM {role};
GRANT INSERT (originator_id, originator_version, topic, state, event_id, recorded_at, actor, correlation, causation, traceparent)
    ON facts TO {role};
