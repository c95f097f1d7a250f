-- What the portal answers continues the trace of the fact that it was told of.
ALTER TABLE outgoing ADD COLUMN traceparent text;
