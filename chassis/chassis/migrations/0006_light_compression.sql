-- Facts of about 2.5 kB (a deadline with its derivation) were squeezed by pglz, which took a third of an append and was paid again at every
-- read. With lz4 where the server has it, else as they are.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE facts ALTER COLUMN state SET COMPRESSION lz4;
    ELSE
        ALTER TABLE facts SET (toast_tuple_target = 8160);
    END IF;
END $$;
