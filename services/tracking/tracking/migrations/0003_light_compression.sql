-- As for the facts of every service: history holds the same bodies.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE history ALTER COLUMN body SET COMPRESSION lz4;
    ELSE
        ALTER TABLE history SET (toast_tuple_target = 8160);
    END IF;
END $$;
