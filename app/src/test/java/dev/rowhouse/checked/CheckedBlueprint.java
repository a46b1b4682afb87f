package dev.rowhouse.checked;

/** Rows that can be checked: every write has a word of its own, and every row of {@code counted} its version. */
final class CheckedBlueprint {

    /** Whose changes a trigger records; versions of a row run on even if it went meanwhile. */
    static final String COUNTED = "counted";

    /** Without any trigger of the blueprint. */
    static final String PLAIN = "plain";

    static final String SQL = """
            CREATE TABLE record (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                relation text NOT NULL,
                key text NOT NULL,
                change text NOT NULL,
                version int NOT NULL,
                image text NOT NULL
            );
            CREATE INDEX record_of_row ON record (relation, key, version);
            COMMENT ON TABLE record IS 'What happened, by another hand. @journal off';
            CREATE TABLE counted (id text PRIMARY KEY, version int NOT NULL DEFAULT 0, word text NOT NULL CHECK (word <> ''));
            CREATE TABLE plain (id text PRIMARY KEY, word text NOT NULL CHECK (word <> ''));
            CREATE FUNCTION counting() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                NEW.version := 1 + coalesce((SELECT max(r.version) FROM record AS r
                    WHERE r.relation = TG_TABLE_NAME AND r.key = NEW.id), 0);
                RETURN NEW;
              END $$;
            CREATE TRIGGER counting BEFORE INSERT OR UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION counting();
            CREATE FUNCTION recording() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                IF TG_OP = 'DELETE' THEN
                  INSERT INTO record (relation, key, change, version, image)
                  VALUES (TG_TABLE_NAME, OLD.id, TG_OP, OLD.version, row_to_json(OLD)::text);
                ELSE
                  INSERT INTO record (relation, key, change, version, image)
                  VALUES (TG_TABLE_NAME, NEW.id, TG_OP, NEW.version, row_to_json(NEW)::text);
                END IF;
                RETURN NULL;
              END $$;
            CREATE TRIGGER recording AFTER INSERT OR UPDATE OR DELETE ON counted FOR EACH ROW EXECUTE FUNCTION recording();
            CREATE FUNCTION write_both(id text, word text) RETURNS void LANGUAGE plpgsql AS $$
              BEGIN
                INSERT INTO counted (id, word) VALUES (write_both.id, write_both.word);
                INSERT INTO plain (id, word) VALUES (write_both.id, write_both.word);
              END $$;
            CREATE FUNCTION write_and_fail(id text, word text) RETURNS void LANGUAGE plpgsql AS $$
              BEGIN
                PERFORM write_both(write_and_fail.id, write_and_fail.word);
                RAISE EXCEPTION 'changed its mind';
              END $$;
            """;

    private CheckedBlueprint() {}
}
