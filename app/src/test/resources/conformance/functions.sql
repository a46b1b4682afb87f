-- Computed fields
CREATE FUNCTION full_name(people) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1.first_name || ' ' || $1.last_name; $$;
CREATE FUNCTION always_true(items) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true; $$;
CREATE FUNCTION title_length(films) RETURNS int LANGUAGE sql STABLE AS $$ SELECT length($1.title); $$;

-- Computed relationships
CREATE FUNCTION film(premieres) RETURNS SETOF films ROWS 1 LANGUAGE sql STABLE AS $$ SELECT * FROM films WHERE id = $1.film_id $$;
CREATE FUNCTION premieres(films) RETURNS SETOF premieres LANGUAGE sql STABLE AS $$ SELECT * FROM premieres WHERE film_id = $1.id $$;
CREATE FUNCTION designers(videogames) RETURNS SETOF designers ROWS 1 LANGUAGE sql STABLE AS
    $$ SELECT id, upper(name) FROM designers WHERE id = $1.designer_id $$;
CREATE FUNCTION predecessor(presidents) RETURNS SETOF presidents ROWS 1 LANGUAGE sql STABLE AS
    $$ SELECT * FROM presidents WHERE id = $1.predecessor_id $$;
CREATE FUNCTION successor(presidents) RETURNS SETOF presidents ROWS 1 LANGUAGE sql STABLE AS
    $$ SELECT * FROM presidents WHERE predecessor_id = $1.id $$;
CREATE FUNCTION supervisees(employees) RETURNS SETOF employees LANGUAGE sql STABLE AS
    $$ SELECT * FROM employees WHERE supervisor_id = $1.id $$;
CREATE FUNCTION supervisor(employees) RETURNS SETOF employees ROWS 1 LANGUAGE sql STABLE AS
    $$ SELECT * FROM employees WHERE id = $1.supervisor_id $$;
CREATE FUNCTION subscribers(users) RETURNS SETOF users LANGUAGE sql STABLE AS
    $$ SELECT u.* FROM users u, subscriptions s WHERE s.subscriber_id = u.id AND s.subscribed_id = $1.id $$;
CREATE FUNCTION following(users) RETURNS SETOF users LANGUAGE sql STABLE AS
    $$ SELECT u.* FROM users u, subscriptions s WHERE s.subscribed_id = u.id AND s.subscriber_id = $1.id $$;

-- Functions
CREATE FUNCTION add_them(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT a + b; $$;
CREATE FUNCTION mult_them(json) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ($1->>'x')::int * ($1->>'y')::int $$;
CREATE FUNCTION first_of(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT $1 -> 0 $$;
CREATE FUNCTION plus_one(arr int[]) RETURNS int[] LANGUAGE sql IMMUTABLE AS $$ SELECT array_agg(n + 1) FROM unnest($1) AS n; $$;
CREATE FUNCTION plus_many(VARIADIC v int[] DEFAULT '{}') RETURNS int[] LANGUAGE sql IMMUTABLE AS
    $$ SELECT array_agg(n + 1) FROM unnest($1) AS n; $$;
CREATE FUNCTION count_bytes(bytea) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT length($1); $$;
CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1); $$;
CREATE FUNCTION "someFunc"("someParam" text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'got ' || "someParam"; $$;
CREATE FUNCTION say_hello(name text DEFAULT 'World', mark text DEFAULT '!') RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'Hello, ' || name || mark; $$;
CREATE FUNCTION keys_of(p_json jsonb) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_array_length(p_json); $$;
CREATE FUNCTION rental_duration(customer_id integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'all of ' || customer_id; $$;
CREATE FUNCTION rental_duration(customer_id integer, from_date date) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT customer_id || ' since ' || from_date; $$;
CREATE FUNCTION same_names(a integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'integer'; $$;
CREATE FUNCTION same_names(a text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'text'; $$;
CREATE FUNCTION overloaded_unnamed() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 0; $$;
CREATE FUNCTION overloaded_unnamed(x int, y int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x + y; $$;
CREATE FUNCTION overloaded_unnamed(json) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 42; $$;
CREATE FUNCTION getallfilms() RETURNS SETOF films LANGUAGE sql STABLE AS $$ SELECT * FROM films; $$;
CREATE FUNCTION best_films(min_rating numeric DEFAULT 8) RETURNS SETOF films LANGUAGE sql STABLE AS
    $$ SELECT * FROM films WHERE rating >= min_rating ORDER BY rating DESC; $$;
CREATE FUNCTION one_film(film_id int) RETURNS films LANGUAGE sql STABLE AS $$ SELECT * FROM films WHERE id = film_id; $$;
CREATE FUNCTION getallprojects() RETURNS SETOF projects LANGUAGE sql STABLE AS $$ SELECT * FROM projects; $$;
CREATE FUNCTION projects_setof_record() RETURNS SETOF record LANGUAGE sql STABLE AS
    $$ SELECT * FROM projects WHERE id <= 3 ORDER BY id; $$;
CREATE FUNCTION getitemrange(min bigint, max bigint) RETURNS SETOF items LANGUAGE sql STABLE AS
    $$ SELECT * FROM items WHERE id > min AND id <= max; $$;
CREATE FUNCTION where_is(id int) RETURNS coordinates LANGUAGE sql STABLE AS $$ SELECT location FROM countries c WHERE c.id = where_is.id; $$;
CREATE FUNCTION squares(upto int) RETURNS TABLE (n int, square int) LANGUAGE sql IMMUTABLE AS
    $$ SELECT i, i * i FROM generate_series(1, upto) AS i; $$;
CREATE FUNCTION three_numbers() RETURNS SETOF int LANGUAGE sql IMMUTABLE AS $$ VALUES (1), (2), (3); $$;
CREATE FUNCTION out_pair(OUT low int, OUT high int) LANGUAGE sql IMMUTABLE AS $$ SELECT 1, 9; $$;
CREATE FUNCTION out_one(OUT answer text) LANGUAGE sql IMMUTABLE AS $$ SELECT 'only'; $$;
CREATE FUNCTION inout_pair(INOUT a int, INOUT b int) LANGUAGE sql IMMUTABLE AS $$ SELECT b, a; $$;
CREATE FUNCTION returns_void() RETURNS void LANGUAGE sql VOLATILE AS $$ SELECT; $$;
CREATE FUNCTION returns_null() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::int; $$;
CREATE FUNCTION returns_true() RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true; $$;
CREATE FUNCTION returns_text() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'say "hi"'; $$;
CREATE FUNCTION returns_json() RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT '{"a": [1, 2]}'::json; $$;
CREATE FUNCTION returns_mood() RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::mood; $$;
CREATE FUNCTION returns_moods() RETURNS SETOF mood LANGUAGE sql IMMUTABLE AS $$ VALUES ('ok'::mood), ('sad'::mood); $$;
CREATE FUNCTION optional(id int, note text DEFAULT NULL) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(note, 'nothing'); $$;
CREATE FUNCTION day_after(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT day + 1; $$;
CREATE FUNCTION not_for_anon() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1; $$;
CREATE FUNCTION write_scratch(new_id int, new_note text) RETURNS SETOF scratch LANGUAGE sql VOLATILE AS
    $$ INSERT INTO scratch VALUES (new_id, new_note) RETURNING *; $$;
CREATE FUNCTION lies_of_stability() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nextval('callcounter_count'); $$;
CREATE FUNCTION delete_items() RETURNS SETOF items LANGUAGE sql VOLATILE AS $$ DELETE FROM items WHERE id <= 14 RETURNING *; $$;
CREATE FUNCTION delete_items_silently() RETURNS void LANGUAGE sql VOLATILE AS $$ DELETE FROM items WHERE id <= 14; $$;
CREATE FUNCTION greatest_of(a int, b int, c int DEFAULT 0) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(a, b, c); $$;

-- Errors
CREATE FUNCTION just_fail() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'I refuse!' USING DETAIL = 'Pretty simple', HINT = 'There is nothing you can do.';
END $$;
CREATE FUNCTION payment_required() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE sqlstate 'PT402' USING message = 'Payment Required', detail = 'Quota exceeded', hint = 'Upgrade your plan';
END $$;
CREATE FUNCTION fail_with(state text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'as you like' USING errcode = state;
END $$;
CREATE FUNCTION raise_pgrst() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE sqlstate 'PGRST' USING
        message = '{"code":"123","message":"Payment Required","details":"Quota exceeded","hint":"Upgrade your plan"}',
        detail = '{"status":402,"headers":{"X-Powered-By":"Nerd Rage"}}';
END $$;
CREATE FUNCTION raise_pgrst_badly(bad_message text, bad_detail text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF bad_detail IS NULL THEN
        RAISE sqlstate 'PGRST' USING message = bad_message;
    END IF;
    RAISE sqlstate 'PGRST' USING message = bad_message, detail = bad_detail;
END $$;
CREATE FUNCTION divide(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT a / b; $$;

-- Transactions
CREATE FUNCTION teapot() RETURNS json LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('response.status', '418', true);
    RETURN json_build_object('message', 'The requested entity body is short and stout.', 'hint', 'Tip it over and pour it out.');
END $$;
CREATE FUNCTION bad_status() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN PERFORM set_config('response.status', 'no number', true); RETURN 1; END $$;
CREATE FUNCTION with_headers() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('response.headers', '[{"Cache-Control": "public"}, {"Cache-Control": "max-age=259200"}, {"X-Extra": "yes"}]', true);
    RETURN 1;
END $$;
CREATE FUNCTION bad_headers() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN PERFORM set_config('response.headers', '{"a": "no array"}', true); RETURN 1; END $$;
CREATE FUNCTION setting_of(name text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting(name, true), ''); $$;
CREATE FUNCTION header_of(name text) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT current_setting('request.headers', true)::json ->> name; $$;
CREATE FUNCTION cookie_of(name text) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT current_setting('request.cookies', true)::json ->> name; $$;
CREATE FUNCTION claim_of(name text) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT current_setting('request.jwt.claims', true)::json ->> name; $$;
CREATE FUNCTION isolation() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('transaction_isolation'); $$;
CREATE FUNCTION read_only() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT current_setting('transaction_read_only'); $$;
CREATE FUNCTION read_only_stable() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('transaction_read_only'); $$;
CREATE FUNCTION write_then_fail(new_id int) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO scratch VALUES (new_id); RAISE EXCEPTION 'after all, no'; END $$;
CREATE TABLE triggered (id int PRIMARY KEY, note text);
GRANT SELECT, INSERT ON triggered TO anon;
CREATE FUNCTION answer_for_triggered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('response.headers', '[{"X-Trigger": "ran"}]', true);
    IF NEW.note = 'accepted' THEN
        PERFORM set_config('response.status', '202', true);
    ELSIF NEW.note = 'silent' THEN
        PERFORM set_config('response.status', '204', true);
    ELSIF NEW.note = 'nonsense' THEN
        PERFORM set_config('response.status', 'nonsense', true);
    ELSIF NEW.note = 'smuggling' THEN
        PERFORM set_config('response.headers', '[{"Content-Length": "0"}]', true);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answering BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION answer_for_triggered();
