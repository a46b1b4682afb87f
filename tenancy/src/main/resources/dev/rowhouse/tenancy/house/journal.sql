-- The journal of a shard: what every house's changes are written to in their own transactions. Run as rowhouse_journal, and
-- again whenever the shard is prepared anew.

-- One position for each row of the journal and room behind it for what that row holds: a thousand changed rows at most, of
-- which each takes two positions if its key changed.
CREATE SEQUENCE IF NOT EXISTS rowhouse.journal_position INCREMENT BY 2048 MINVALUE 2048 START 2048 CACHE 1;

-- A row is what one statement did to one relation. That costs a bulk load little more than the texts of its rows.
CREATE TABLE IF NOT EXISTS rowhouse.journal (
  position bigint NOT NULL,
  at timestamptz NOT NULL,
  house text NOT NULL,
  relation text NOT NULL,
  change "char" NOT NULL,
  changes integer NOT NULL,
  key_columns text[] NOT NULL,
  whole boolean NOT NULL,
  before json,
  after json,
  -- What was done, for whom: three words (request id, trace context, claims), or the role that did it.
  origin text NOT NULL,
  transaction xid8 NOT NULL,
  depth smallint NOT NULL) PARTITION BY RANGE (at);
ALTER TABLE rowhouse.journal ALTER COLUMN before SET STORAGE EXTERNAL, ALTER COLUMN after SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS journal_by_position ON rowhouse.journal (position);
-- A write never fails for want of a part.
CREATE TABLE IF NOT EXISTS rowhouse.journal_rest PARTITION OF rowhouse.journal DEFAULT;

CREATE TABLE IF NOT EXISTS rowhouse.journal_reader (
  name text PRIMARY KEY,
  position bigint NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT now());

-- A json keeps its escapes as they were written, and PostgreSQL refuses some of them only where it is asked for a member: NUL
-- and halves of characters. No key holds one, since no other type does; so a key is looked for in what is left without them.
CREATE OR REPLACE FUNCTION rowhouse.journal_readable(image json) RETURNS json LANGUAGE sql IMMUTABLE
AS $function$
  SELECT CASE WHEN strpos(image::text, '\u') = 0 THEN image
    ELSE regexp_replace(image::text, '(\\\\)|\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\1', 'g')::json END
$function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_key(image json, key_columns text[]) RETURNS json LANGUAGE sql IMMUTABLE
AS $function$
  SELECT CASE WHEN image IS NOT NULL
    THEN (SELECT json_object_agg(name, rowhouse.journal_readable(image) -> name) FROM unnest(key_columns) AS name) END
$function$;

-- What is kept of a row that is too large: its key or, without one, the columns that are no longer than a key can be.
CREATE OR REPLACE FUNCTION rowhouse.journal_name(image json, key_columns text[]) RETURNS json LANGUAGE sql IMMUTABLE
AS $function$
  SELECT CASE WHEN key_columns <> '{}' THEN rowhouse.journal_key(image, key_columns)
    ELSE (SELECT coalesce(json_object_agg(e.key, e.value), '{}') FROM json_each(image) AS e
      WHERE octet_length(e.value::text) <= 8192) END
$function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_image(image json, whole boolean, key_columns text[]) RETURNS json
LANGUAGE sql IMMUTABLE
AS $function$
  SELECT CASE WHEN whole THEN image ELSE rowhouse.journal_name(image, key_columns) END
$function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_keys(images json, key_columns text[]) RETURNS json LANGUAGE sql IMMUTABLE
AS $function$
  SELECT json_agg(rowhouse.journal_key(image, key_columns)) FROM json_array_elements(images) AS image
$function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_shares(ones json, others json) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $function$
  SELECT EXISTS (SELECT FROM json_array_elements(ones) AS a JOIN json_array_elements(others) AS b ON a::text = b::text)
$function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_origin() RETURNS text LANGUAGE plpgsql STABLE
AS $function$
BEGIN
  RETURN coalesce(nullif(current_setting('rowhouse.origin', true), ''),
    '- - ' || coalesce(nullif(current_setting('request.jwt.claims', true), ''), nullif(current_setting('role'), 'none'),
      session_user::text));
END $function$;

-- An AFTER trigger of the blueprint that changes more rows is at work before ours of the statement it was fired by: what
-- came of it stands before what it came from. It is moved behind, unless the images say that it was there first.
-- The setting rowhouse.nested exists in transactions of which a trigger wrote, and holds for each depth of triggers the last
-- position that is in order there.
CREATE OR REPLACE FUNCTION rowhouse.journal_order(drawn bigint) RETURNS void LANGUAGE plpgsql
AS $function$
DECLARE
  ordered bigint[] := nullif(current_setting('rowhouse.nested', true), '')::bigint[];
  last bigint := drawn;
  own rowhouse.journal;
  nested rowhouse.journal;
BEGIN
  SELECT * INTO own FROM rowhouse.journal AS j WHERE j.position = drawn;
  FOR nested IN
    SELECT * FROM rowhouse.journal AS j
    WHERE j.position > (SELECT max(o) FROM unnest(ordered[1:own.depth]) AS o) AND j.position < drawn
      AND j.transaction = own.transaction AND j.house = own.house AND j.relation = own.relation AND j.depth > own.depth
    ORDER BY j.position
  LOOP
    CONTINUE WHEN rowhouse.journal_shares(nested.after, own.before)
      AND NOT rowhouse.journal_shares(nested.before, own.after);
    last := nextval('rowhouse.journal_position');
    UPDATE rowhouse.journal AS j SET position = last WHERE j.position = nested.position AND j.at = nested.at;
  END LOOP;
  ordered[1] := coalesce(ordered[1], drawn - 1);
  ordered[own.depth] := last;
  PERFORM set_config('rowhouse.nested', ordered[1:own.depth]::text, true);
END $function$;

-- Brings into order what a statement of a trigger, or one beside such statements, has written; nothing where none has.
CREATE OR REPLACE FUNCTION rowhouse.journal_ordered(drawn bigint) RETURNS void LANGUAGE plpgsql
AS $function$
BEGIN
  IF drawn IS NOT NULL AND (pg_trigger_depth() > 1 OR current_setting('rowhouse.nested', true) <> '') THEN
    PERFORM rowhouse.journal_order(drawn);
  END IF;
END $function$;

-- A thousand rows at most become one row of the journal; more are counted off by the thousand. Without hashing that takes
-- no more memory for a million.
-- A row may be as large as PostgreSQL takes it, and readers hold what they read. So no more rows are kept together once they
-- have 4 MiB, and of a row that has more alone, the name. One row, or few small ones, are written as they come.
-- Most statements change one row, and PostgreSQL prepares each expression of a statement anew in each transaction: so the
-- way of one row is made of few and plain ones. It is tried first, since no aggregate is needed to see that it is one. A row
-- is called r.*, which no column can be.
CREATE OR REPLACE FUNCTION rowhouse.journal_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashagg = off
AS $function$
DECLARE
  depth smallint := pg_trigger_depth();
  origin text := current_setting('rowhouse.origin', true);
  many bigint := 0;
  small bigint := 1;
  images json;
  drawn bigint;
BEGIN
  IF coalesce(origin, '') = '' THEN
    origin := rowhouse.journal_origin();
  END IF;
  FOR images IN SELECT json_build_array(r.*) FROM new_rows AS r LIMIT 2 LOOP
    many := many + 1;
  END LOOP;
  IF many <> 1 THEN
    IF many = 0 THEN
      RETURN NULL;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE pg_column_size(x.image) <= 65536),
      json_agg(x.image) FILTER (WHERE pg_column_size(x.image) <= 65536) INTO many, small, images
    FROM (SELECT row_to_json(r.*) AS image FROM new_rows AS r LIMIT 1001) AS x;
  END IF;
  IF many <= 1000 AND small = many AND pg_column_size(images) <= 4194304 THEN
    IF TG_ARGV[0] <> 'rows' THEN
      images := rowhouse.journal_keys(images, TG_ARGV[1:]);
    END IF;
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, after, origin,
      transaction, depth)
    VALUES (nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'I', many, TG_ARGV[1:],
      TG_ARGV[0] = 'rows', images, origin, pg_current_xact_id(), depth);
    IF depth > 1 OR current_setting('rowhouse.nested', true) <> '' THEN
      PERFORM rowhouse.journal_ordered(currval('rowhouse.journal_position'));
    END IF;
    RETURN NULL;
  END IF;
  FOR drawn IN
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, after, origin,
      transaction, depth)
    SELECT nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'I', count(*), TG_ARGV[1:],
      x.whole, json_agg(rowhouse.journal_image(x.image, x.whole, TG_ARGV[1:])), origin, pg_current_xact_id(), depth
    FROM (SELECT i.image, TG_ARGV[0] = 'rows' AND pg_column_size(i.image) <= 4194304 AS whole,
          (row_number() OVER passed - 1) / 1000 AS thousand, sum(pg_column_size(i.image)) OVER passed / 4194304 AS volume
        FROM (SELECT row_to_json(r.*) AS image FROM new_rows AS r OFFSET 0) AS i
        WINDOW passed AS (ROWS UNBOUNDED PRECEDING)) AS x
    GROUP BY x.thousand, x.volume, x.whole
    RETURNING position
  LOOP
    PERFORM rowhouse.journal_ordered(drawn);
  END LOOP;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashagg = off
AS $function$
DECLARE
  depth smallint := pg_trigger_depth();
  origin text := current_setting('rowhouse.origin', true);
  many bigint := 0;
  small bigint := 1;
  images json;
  drawn bigint;
BEGIN
  IF coalesce(origin, '') = '' THEN
    origin := rowhouse.journal_origin();
  END IF;
  FOR images IN SELECT json_build_array(r.*) FROM old_rows AS r LIMIT 2 LOOP
    many := many + 1;
  END LOOP;
  IF many <> 1 THEN
    IF many = 0 THEN
      RETURN NULL;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE pg_column_size(x.image) <= 65536),
      json_agg(x.image) FILTER (WHERE pg_column_size(x.image) <= 65536) INTO many, small, images
    FROM (SELECT row_to_json(r.*) AS image FROM old_rows AS r LIMIT 1001) AS x;
  END IF;
  IF many <= 1000 AND small = many AND pg_column_size(images) <= 4194304 THEN
    IF TG_ARGV[0] <> 'rows' THEN
      images := rowhouse.journal_keys(images, TG_ARGV[1:]);
    END IF;
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, before, origin,
      transaction, depth)
    VALUES (nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'D', many, TG_ARGV[1:],
      TG_ARGV[0] = 'rows', images, origin, pg_current_xact_id(), depth);
    IF depth > 1 OR current_setting('rowhouse.nested', true) <> '' THEN
      PERFORM rowhouse.journal_ordered(currval('rowhouse.journal_position'));
    END IF;
    RETURN NULL;
  END IF;
  FOR drawn IN
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, before, origin,
      transaction, depth)
    SELECT nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'D', count(*), TG_ARGV[1:],
      x.whole, json_agg(rowhouse.journal_image(x.image, x.whole, TG_ARGV[1:])), origin, pg_current_xact_id(), depth
    FROM (SELECT i.image, TG_ARGV[0] = 'rows' AND pg_column_size(i.image) <= 4194304 AS whole,
          (row_number() OVER passed - 1) / 1000 AS thousand, sum(pg_column_size(i.image)) OVER passed / 4194304 AS volume
        FROM (SELECT row_to_json(r.*) AS image FROM old_rows AS r OFFSET 0) AS i
        WINDOW passed AS (ROWS UNBOUNDED PRECEDING)) AS x
    GROUP BY x.thousand, x.volume, x.whole
    RETURNING position
  LOOP
    PERFORM rowhouse.journal_ordered(drawn);
  END LOOP;
  RETURN NULL;
END $function$;

-- Both transition tables hold their rows in the order of their change, so the n-th of one was the n-th of the other; unless
-- a part that a row should have moved to has turned it away: then all of them are told as rows that went and rows that came.
CREATE OR REPLACE FUNCTION rowhouse.journal_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashagg = off
AS $function$
DECLARE
  depth smallint := pg_trigger_depth();
  origin text := current_setting('rowhouse.origin', true);
  gone bigint := 0;
  come bigint := 0;
  small bigint := 2;
  small_come bigint;
  befores json;
  afters json;
  drawn bigint;
BEGIN
  IF coalesce(origin, '') = '' THEN
    origin := rowhouse.journal_origin();
  END IF;
  FOR befores IN SELECT json_build_array(r.*) FROM old_rows AS r LIMIT 2 LOOP
    gone := gone + 1;
  END LOOP;
  FOR afters IN SELECT json_build_array(r.*) FROM new_rows AS r LIMIT 2 LOOP
    come := come + 1;
  END LOOP;
  IF gone <> 1 OR come <> 1 THEN
    IF gone = 0 AND come = 0 THEN
      RETURN NULL;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE pg_column_size(x.image) <= 65536),
      json_agg(x.image) FILTER (WHERE pg_column_size(x.image) <= 65536) INTO gone, small, befores
    FROM (SELECT row_to_json(r.*) AS image FROM old_rows AS r LIMIT 1001) AS x;
    SELECT count(*), count(*) FILTER (WHERE pg_column_size(x.image) <= 65536),
      json_agg(x.image) FILTER (WHERE pg_column_size(x.image) <= 65536) INTO come, small_come, afters
    FROM (SELECT row_to_json(r.*) AS image FROM new_rows AS r LIMIT 1001) AS x;
    small := small + small_come;
  END IF;
  IF gone <= 1000 AND come = gone AND small = gone + come
    AND pg_column_size(befores) + pg_column_size(afters) <= 4194304
  THEN
    IF TG_ARGV[0] <> 'rows' THEN
      befores := rowhouse.journal_keys(befores, TG_ARGV[1:]);
      afters := rowhouse.journal_keys(afters, TG_ARGV[1:]);
    END IF;
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, before, after, origin,
      transaction, depth)
    VALUES (nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'U', gone, TG_ARGV[1:],
      TG_ARGV[0] = 'rows', befores, afters, origin, pg_current_xact_id(), depth);
    IF depth > 1 OR current_setting('rowhouse.nested', true) <> '' THEN
      PERFORM rowhouse.journal_ordered(currval('rowhouse.journal_position'));
    END IF;
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM old_rows) <> (SELECT count(*) FROM new_rows) THEN
    FOR drawn IN
      INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, before, after, origin,
        transaction, depth)
      SELECT nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, x.change, count(*), TG_ARGV[1:],
        x.whole, json_agg(rowhouse.journal_image(x.image, x.whole, TG_ARGV[1:])) FILTER (WHERE x.change = 'D'),
        json_agg(rowhouse.journal_image(x.image, x.whole, TG_ARGV[1:])) FILTER (WHERE x.change = 'I'),
        origin, pg_current_xact_id(), depth
      FROM (SELECT i.*, TG_ARGV[0] = 'rows' AND pg_column_size(i.image) <= 4194304 AS whole,
            (row_number() OVER passed - 1) / 1000 AS thousand, sum(pg_column_size(i.image)) OVER passed / 4194304 AS volume
          FROM (SELECT 'D'::"char" AS change, row_to_json(r.*) AS image FROM old_rows AS r
            UNION ALL SELECT 'I'::"char", row_to_json(r.*) FROM new_rows AS r) AS i
          WINDOW passed AS (PARTITION BY i.change ROWS UNBOUNDED PRECEDING)) AS x
      GROUP BY x.change, x.thousand, x.volume, x.whole ORDER BY x.change, x.thousand, x.volume
      RETURNING position
    LOOP
      PERFORM rowhouse.journal_ordered(drawn);
    END LOOP;
    RETURN NULL;
  END IF;
  FOR drawn IN
    INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, before, after, origin,
      transaction, depth)
    SELECT nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'U', count(*), TG_ARGV[1:],
      x.whole, json_agg(rowhouse.journal_image(x.before, x.whole, TG_ARGV[1:]) ORDER BY x.number),
      json_agg(rowhouse.journal_image(x.after, x.whole, TG_ARGV[1:]) ORDER BY x.number), origin, pg_current_xact_id(),
      depth
    FROM (SELECT o.number, o.image AS before, n.image AS after,
          TG_ARGV[0] = 'rows' AND pg_column_size(o.image) + pg_column_size(n.image) <= 4194304 AS whole,
          (o.number - 1) / 1000 AS thousand,
          sum(pg_column_size(o.image) + pg_column_size(n.image)) OVER (ORDER BY o.number ROWS UNBOUNDED PRECEDING) / 4194304
            AS volume
        FROM (SELECT k.image, row_number() OVER () AS number
            FROM (SELECT row_to_json(r.*) AS image FROM old_rows AS r OFFSET 0) AS k) AS o
          JOIN (SELECT k.image, row_number() OVER () AS number
            FROM (SELECT row_to_json(r.*) AS image FROM new_rows AS r OFFSET 0) AS k) AS n ON n.number = o.number) AS x
    GROUP BY x.thousand, x.volume, x.whole
    RETURNING position
  LOOP
    PERFORM rowhouse.journal_ordered(drawn);
  END LOOP;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rowhouse.journal_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  INSERT INTO rowhouse.journal (position, at, house, relation, change, changes, key_columns, whole, origin, transaction, depth)
  VALUES (nextval('rowhouse.journal_position'), now(), TG_TABLE_SCHEMA, TG_TABLE_NAME, 'T', 1, TG_ARGV[1:], true,
    rowhouse.journal_origin(), pg_current_xact_id(), pg_trigger_depth());
  RETURN NULL;
END $function$;

-- Makes the parts of the days to come, and drops those that are older than anyone may ask for and that every reader has
-- behind it. What finds the journal busy is left for the next time: whoever waits for a lock here keeps writers waiting. So
-- is a day of which rows stand in journal_rest already, for they are of no part until they are dropped; no day keeps another
-- from its own.
CREATE OR REPLACE FUNCTION rowhouse.keep_journal(retention interval) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms' SET timezone = 'UTC'
AS $function$
DECLARE
  day date;
  name text;
  part record;
  passed CONSTANT bigint := (SELECT min(r.position) FROM rowhouse.journal_reader AS r);
  newest bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('rowhouse.keep_journal', 0)) THEN
    RETURN;
  END IF;
  FOR day IN SELECT current_date + n FROM generate_series(0, 2) AS n LOOP
    name := 'rowhouse.journal_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    BEGIN
      -- To attach takes a weaker lock than to create in place.
      EXECUTE format('CREATE TABLE %s (LIKE rowhouse.journal INCLUDING ALL)', name);
      EXECUTE format('ALTER TABLE rowhouse.journal ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', name,
        day::timestamptz, (day + 1)::timestamptz);
    EXCEPTION WHEN lock_not_available OR check_violation THEN
      NULL;
    END;
  END LOOP;
  FOR part IN
    SELECT c.oid::regclass AS name, to_date(right(c.relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'rowhouse.journal'::regclass AND c.relname ~ '^journal_[0-9]{8}$' ORDER BY c.relname
  LOOP
    CONTINUE WHEN (part.day + 1)::timestamptz > now() - retention;
    BEGIN
      EXECUTE format('SELECT max(position) FROM %s', part.name) INTO newest;
      CONTINUE WHEN newest + 2047 > passed;
      EXECUTE format('DROP TABLE %s', part.name);
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  BEGIN
    DELETE FROM rowhouse.journal_rest AS j
    WHERE j.at < now() - retention AND NOT coalesce(j.position + 2047 > passed, false);
  EXCEPTION WHEN lock_not_available THEN
    NULL;
  END;
END $function$;

REVOKE ALL ON rowhouse.journal, rowhouse.journal_rest, rowhouse.journal_reader FROM PUBLIC;
REVOKE ALL ON SEQUENCE rowhouse.journal_position FROM PUBLIC;
REVOKE ALL ON FUNCTION rowhouse.journal_readable(json), rowhouse.journal_key(json, text[]), rowhouse.journal_keys(json, text[]),
  rowhouse.journal_name(json, text[]), rowhouse.journal_image(json, boolean, text[]),
  rowhouse.journal_shares(json, json), rowhouse.journal_origin(),
  rowhouse.journal_order(bigint), rowhouse.journal_ordered(bigint),
  rowhouse.keep_journal(interval) FROM PUBLIC;
