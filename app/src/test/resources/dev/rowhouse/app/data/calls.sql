CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TYPE point_2d AS (x int, y int);
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE TABLE clients (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL, client_id int REFERENCES clients);
CREATE TABLE tasks (id int PRIMARY KEY, name text NOT NULL, project_id int REFERENCES projects);
CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text);
CREATE TABLE files (blob bytea);
INSERT INTO clients VALUES (1, 'Microsoft'), (2, 'Apple');
INSERT INTO projects VALUES (1, 'Windows 7', 1), (2, 'Windows 10', 1), (3, 'IOS', 2), (4, 'OSX', 2), (5, 'Orphan', NULL);
INSERT INTO tasks VALUES (1, 'Design w7', 1), (2, 'Code w7', 1), (3, 'Design w10', 2), (5, 'Design IOS', 3);
GRANT SELECT ON clients, projects, tasks TO anon;

-- arguments
CREATE FUNCTION add_them(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION mult_them(json) RETURNS int LANGUAGE sql AS $$ SELECT ($1->>'x')::int * ($1->>'y')::int $$;
CREATE FUNCTION plus_one(arr int[]) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT array_agg(n + 1) FROM unnest($1) AS n';
CREATE FUNCTION variadic_param(VARIADIC v text[] DEFAULT '{}') RETURNS text[] LANGUAGE sql IMMUTABLE AS 'SELECT v';
CREATE FUNCTION sayhello(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'Hello, ' || name $$;
CREATE FUNCTION three_defaults(a int DEFAULT 1, b int DEFAULT 2, c int DEFAULT 3) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b + c';
CREATE FUNCTION json_argument(arg json) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT json_typeof(arg)';
CREATE FUNCTION composite_argument(p point_2d) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (p).x + (p).y';
CREATE FUNCTION varied("double" float8, "varchar" varchar, "boolean" boolean, "date" date, mood mood, arr text[], "integer" int DEFAULT 42)
  RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT json_build_object('double', "double", 'varchar', "varchar", 'boolean', "boolean",
    'date', "date", 'mood', mood, 'arr', arr, 'integer', "integer") $$;
CREATE FUNCTION unnamed_text(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION unnamed_xml(xml) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION unnamed_bytea(bytea) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1)';
CREATE FUNCTION unnamed_int(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION upload_binary(bytea) RETURNS void LANGUAGE sql AS 'INSERT INTO files (blob) VALUES ($1)';
CREATE FUNCTION overloaded() RETURNS SETOF int LANGUAGE sql IMMUTABLE AS 'VALUES (1), (2), (3)';
CREATE FUNCTION overloaded(json) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION overloaded(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION overloaded(a text, b text, c text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a || b || c';
CREATE FUNCTION overloaded_same_args(arg int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT arg';
CREATE FUNCTION overloaded_same_args(arg text, num int DEFAULT 0) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT arg';
CREATE FUNCTION overloaded_unnamed(json) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION overloaded_unnamed(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION "quotedFunction"("user" text, "fullName" text) RETURNS jsonb LANGUAGE sql IMMUTABLE
  AS $$ SELECT jsonb_build_object('user', "user", 'fullName', "fullName") $$;
CREATE FUNCTION "it's; DROP ""x"" --"("a""); SELECT 1 --" int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';

-- results
CREATE FUNCTION ret_void() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION ret_null() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT NULL::int';
CREATE FUNCTION ret_enum(val text) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT val::mood';
CREATE FUNCTION ret_domain(val int) RETURNS small LANGUAGE sql AS 'SELECT val::small';
CREATE FUNCTION ret_range(low int, up int) RETURNS int4range LANGUAGE sql IMMUTABLE AS 'SELECT int4range(low, up)';
CREATE FUNCTION ret_point() RETURNS point_2d LANGUAGE sql IMMUTABLE AS 'SELECT ROW(10, 5)::point_2d';
CREATE FUNCTION ret_points() RETURNS SETOF point_2d LANGUAGE sql IMMUTABLE AS 'SELECT ROW(10, 5)::point_2d';
CREATE FUNCTION ret_setof_integers() RETURNS SETOF int LANGUAGE sql IMMUTABLE AS 'VALUES (1), (2), (3)';
CREATE FUNCTION test_empty_rowset() RETURNS SETOF int LANGUAGE sql IMMUTABLE AS 'SELECT 1 WHERE false';
CREATE FUNCTION returns_record() RETURNS record LANGUAGE sql STABLE AS 'SELECT * FROM projects WHERE id = 1';
CREATE FUNCTION returns_setof_record(id int) RETURNS SETOF record LANGUAGE sql STABLE AS 'SELECT * FROM projects p WHERE p.id <= $1';
CREATE FUNCTION single_out_param(num int, OUT num_plus_one int) LANGUAGE sql IMMUTABLE AS 'SELECT num + 1';
CREATE FUNCTION single_json_out_param(a int, b text, OUT my_json json) LANGUAGE sql IMMUTABLE AS $$ SELECT json_build_object('a', a, 'b', b) $$;
CREATE FUNCTION single_inout_param(INOUT num int) LANGUAGE sql IMMUTABLE AS 'SELECT num + 1';
CREATE FUNCTION many_inout_params(INOUT num int, INOUT str text, INOUT b bool DEFAULT true) LANGUAGE sql IMMUTABLE AS 'SELECT num, str, b';
CREATE FUNCTION single_column_table() RETURNS TABLE (a text) LANGUAGE sql IMMUTABLE AS $$ SELECT 'A' $$;
CREATE FUNCTION multi_column_table() RETURNS TABLE (a text, b int) LANGUAGE sql IMMUTABLE AS $$ VALUES ('A', 2), ('B', 1) $$;
CREATE FUNCTION test() RETURNS TABLE (test text, value int) LANGUAGE sql AS $$ SELECT 'hello', 1 $$;
CREATE FUNCTION getproject(id int) RETURNS SETOF projects LANGUAGE sql STABLE AS 'SELECT * FROM projects WHERE id = $1';
CREATE FUNCTION one_project(id int) RETURNS projects LANGUAGE sql STABLE AS 'SELECT * FROM projects WHERE id = $1';
CREATE FUNCTION getallprojects() RETURNS SETOF projects LANGUAGE sql STABLE AS 'SELECT * FROM projects';
CREATE FUNCTION allprojects_volatile() RETURNS SETOF projects LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT * FROM projects; END';
CREATE FUNCTION get_projects_below(id int) RETURNS SETOF projects LANGUAGE sql STABLE AS 'SELECT * FROM projects p WHERE p.id < $1';
CREATE PROCEDURE a_procedure() LANGUAGE sql AS $$ INSERT INTO log (text) VALUES ('procedure') $$;
CREATE FUNCTION a_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION add_log(t text) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN INSERT INTO log (text) VALUES (t); RETURN (SELECT count(*) FROM log WHERE text = t); END';
CREATE FUNCTION stable_writer(t text) RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN add_log(t); END $$;
CREATE FUNCTION count_log(t text) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM log WHERE text = t';
CREATE FUNCTION del_log(t text) RETURNS SETOF log LANGUAGE sql AS 'DELETE FROM log WHERE text = t RETURNING *';
GRANT SELECT, INSERT, DELETE ON log TO anon;
CREATE FUNCTION for_service() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION for_service() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION for_service() TO service_role;
CREATE FUNCTION huge() RETURNS SETOF text LANGUAGE sql AS $$ SELECT repeat('x', 100000) FROM generate_series(1, 200) $$;

-- errors and settings
CREATE FUNCTION just_fail() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'I refuse!' USING DETAIL = 'Pretty simple', HINT = 'There is nothing you can do.'; END $$;
CREATE FUNCTION raise_pt(code text) RETURNS void LANGUAGE plpgsql STABLE AS $$ BEGIN
  RAISE EXCEPTION USING ERRCODE = code, message = 'Payment Required', detail = 'Quota exceeded', hint = 'Upgrade your plan'; END $$;
CREATE FUNCTION raise_pgrst(m text, d text) RETURNS void LANGUAGE plpgsql STABLE AS $$ BEGIN
  RAISE EXCEPTION USING ERRCODE = 'PGRST', message = m, detail = d; END $$;
CREATE FUNCTION teapot() RETURNS json LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('response.status', '418', true);
  RETURN json_build_object('message', 'The requested entity body is short and stout.', 'hint', 'Tip it over and pour it out.'); END $$;
CREATE FUNCTION answers(status text, headers text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO log (text) VALUES ('answers ' || coalesce(headers, status));
  PERFORM set_config('response.status', coalesce(status, ''), true), set_config('response.headers', coalesce(headers, ''), true);
  RETURN 1; END $$;
CREATE FUNCTION projects_and_headers() RETURNS SETOF projects LANGUAGE plpgsql STABLE AS $$ BEGIN
  PERFORM set_config('response.headers', '[{"X-Test": "key1=val1; someValue"}, {"X-Test": "two"}, {"Cache-Control": "public"}]', true);
  RETURN QUERY SELECT * FROM projects; END $$;
CREATE FUNCTION setting(name text) RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(name, true)';
CREATE FUNCTION now_text() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('TimeZone') $$;
CREATE FUNCTION litter() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('role', regexp_replace(current_user, '_a$', '_s'), false);
  PERFORM set_config('search_path', 'pg_toast', false), set_config('statement_timeout', '3s', false), set_config('my.leak', 'CANARY', false),
    set_config('response.status', '201', false), set_config('request.method', 'LEAKED', false), pg_advisory_lock(4711);
  EXECUTE 'PREPARE leaked AS SELECT 1';
  EXECUTE 'DECLARE leaked CURSOR WITH HOLD FOR SELECT 1';
  RETURN current_setting('my.leak'); END $$;
CREATE FUNCTION leftovers() RETURNS json LANGUAGE sql STABLE BEGIN ATOMIC SELECT json_build_object('leak', nullif(current_setting('my.leak', true), ''),
  'path', current_setting('search_path'), 'timeout', current_setting('statement_timeout'), 'method', current_setting('request.method', true),
  'prepared', (SELECT count(*) FROM pg_prepared_statements WHERE name = 'leaked'), 'cursors', (SELECT count(*) FROM pg_cursors WHERE name = 'leaked'),
  'locks', (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), 'role', current_user ~ '_a$'); END;
CREATE FUNCTION sleepy() RETURNS void LANGUAGE plpgsql SET statement_timeout = '50ms' AS $$ BEGIN PERFORM pg_sleep(5); END $$;
CREATE DOMAIN "text/html" AS text;
CREATE DOMAIN "image/png" AS bytea;
CREATE FUNCTION a_page() RETURNS "text/html" LANGUAGE sql STABLE AS $$ SELECT '<h1>"Rows"</h1>'::"text/html" $$;
CREATE FUNCTION an_image() RETURNS "image/png" LANGUAGE sql STABLE AS $$ SELECT '\x89504e470d0a00ff'::bytea::"image/png" $$;
CREATE TABLE moments (at timestamptz PRIMARY KEY);
INSERT INTO moments VALUES ('2023-10-18 12:37:59+00');
CREATE TABLE witnessed (id int PRIMARY KEY, seen text);
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  NEW.seen := concat_ws(' ', current_setting('request.method', true), current_setting('request.path', true),
    current_setting('request.headers', true)::json ->> 'x-reason');
  RETURN NEW; END $$;
CREATE TRIGGER witnesses BEFORE INSERT ON witnessed FOR EACH ROW EXECUTE FUNCTION witness();
CREATE VIEW who_asks AS SELECT current_setting('request.method', true) AS method, current_setting('request.path', true) AS path;
GRANT SELECT ON moments, who_asks, witnessed TO anon;
GRANT INSERT ON witnessed TO anon;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f' AND proname <> 'for_service' LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO anon', f);
  END LOOP; END $$;
