-- The relay's barrier in one round trip: the last position below which nothing can still appear, or `after` when nothing is new.
CREATE FUNCTION settled(after bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '10ms' AS $$
DECLARE last bigint;
BEGIN
    SELECT max(position) INTO last FROM facts;
    IF coalesce(last, 0) <= after THEN
        RETURN after;
    END IF;
    PERFORM pg_advisory_xact_lock({lock});
    SELECT max(position) INTO last FROM facts;
    RETURN last;
END $$;
