-- The schemas by which PostgREST's documentation explains embedding, and some of what it says in words.
CREATE TABLE directors (id int PRIMARY KEY, first_name text, last_name text);
CREATE TABLE films (
    id int PRIMARY KEY,
    director_id int REFERENCES directors,
    title text,
    year int,
    rating numeric(3, 1),
    language text);
COMMENT ON TABLE films IS 'What was shot. @extensible';
CREATE TABLE technical_specs (
    film_id int PRIMARY KEY REFERENCES films,
    runtime text,
    camera text);
CREATE TABLE actors (id int PRIMARY KEY, first_name text, last_name text);
CREATE TABLE roles (
    film_id int REFERENCES films,
    actor_id int REFERENCES actors,
    character text,
    PRIMARY KEY (film_id, actor_id));
CREATE TABLE competitions (id int PRIMARY KEY, name text, year int);
CREATE TABLE nominations (
    competition_id int REFERENCES competitions,
    film_id int REFERENCES films,
    rank int,
    PRIMARY KEY (competition_id, film_id));

-- A junction whose key does not hold both sides relates nothing.
CREATE TABLE reviews (
    id int PRIMARY KEY,
    film_id int REFERENCES films,
    actor_id int REFERENCES actors);

-- Renamed columns, a view of a view, a column twice, an expression in the place of a key, a materialized view.
CREATE VIEW nominations_view AS
    SELECT f.title, c.name AS competition, n.rank, n.film_id AS film, n.competition_id
    FROM nominations n JOIN films f ON f.id = n.film_id JOIN competitions c ON c.id = n.competition_id;
CREATE VIEW directors_view AS SELECT id AS "director no", id AS again, last_name FROM directors;
CREATE VIEW directors_view_view AS SELECT "director no" AS number FROM directors_view WHERE last_name <> ':resorigtbl 1 (';
CREATE VIEW film_sums AS SELECT director_id + 0 AS director_id, count(*) AS films FROM films GROUP BY 1;
CREATE VIEW film_groups AS SELECT director_id, count(*) AS films FROM films GROUP BY director_id;
CREATE VIEW film_union AS SELECT id, director_id FROM films UNION SELECT id, id FROM films;
CREATE VIEW film_sub AS
    WITH several AS (SELECT director_id AS d, id FROM films)
    SELECT s.d, x.id FROM several s JOIN (SELECT id FROM films) AS x USING (id);
CREATE MATERIALIZED VIEW films_stored AS SELECT id, director_id, title FROM films;

-- Several foreign keys between two tables.
CREATE TABLE addresses (id int PRIMARY KEY, name text, city text, street text);
CREATE TABLE orders (
    id int PRIMARY KEY,
    name text,
    billing_address_id int,
    shipping_address_id int,
    CONSTRAINT billing FOREIGN KEY (billing_address_id) REFERENCES addresses (id),
    CONSTRAINT shipping FOREIGN KEY (shipping_address_id) REFERENCES addresses (id));

CREATE TABLE sites (site_id int PRIMARY KEY, main_project_id int);
CREATE TABLE big_projects (big_project_id int PRIMARY KEY);
CREATE TABLE jobs (
    job_id int,
    site_id int REFERENCES sites,
    big_project_id int REFERENCES big_projects,
    PRIMARY KEY (job_id, site_id, big_project_id));
ALTER TABLE sites ADD CONSTRAINT main_project FOREIGN KEY (main_project_id) REFERENCES big_projects;

-- Relations with themselves: to one, to many, many to many.
CREATE TABLE presidents (
    id int PRIMARY KEY,
    first_name text,
    last_name text,
    predecessor_id int UNIQUE REFERENCES presidents);
CREATE TABLE employees (id int PRIMARY KEY, last_name text, supervisor_id int REFERENCES employees);
CREATE TABLE users (id int PRIMARY KEY, username text);
CREATE TABLE subscriptions (
    subscriber_id int REFERENCES users,
    subscribed_id int REFERENCES users,
    type text,
    PRIMARY KEY (subscriber_id, subscribed_id));

CREATE TABLE box_office (
    bo_date date NOT NULL,
    film_id int REFERENCES films NOT NULL,
    gross_revenue numeric,
    PRIMARY KEY (bo_date, film_id)) PARTITION BY RANGE (bo_date);
CREATE TABLE box_office_2021 PARTITION OF box_office FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE tickets (
    id int PRIMARY KEY,
    bo_date date,
    film_id int,
    FOREIGN KEY (bo_date, film_id) REFERENCES box_office);

-- Relationships that functions compute.
CREATE TABLE premieres (id int PRIMARY KEY, location text, date date, film_id int REFERENCES films);
CREATE FUNCTION film(premieres) RETURNS SETOF films ROWS 1 STABLE LANGUAGE sql AS
    $$ SELECT * FROM films WHERE id = $1.film_id $$;
CREATE FUNCTION films(premieres) RETURNS SETOF films ROWS 1 STABLE LANGUAGE sql AS
    $$ SELECT * FROM films WHERE id = $1.film_id $$;
CREATE FUNCTION premieres(films) RETURNS SETOF premieres STABLE LANGUAGE sql AS
    $$ SELECT * FROM premieres WHERE film_id = $1.id $$;
CREATE FUNCTION first_premiere(films) RETURNS premieres STABLE LANGUAGE sql AS
    $$ SELECT * FROM premieres WHERE film_id = $1.id LIMIT 1 $$;

-- Fields that functions compute.
CREATE FUNCTION full_name(directors) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $1.first_name || ' ' || $1.last_name $$;
CREATE FUNCTION full_name(actors) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $1.first_name || ' ' || $1.last_name $$;
CREATE FUNCTION names(directors[]) RETURNS text STABLE LANGUAGE sql AS $$ SELECT ''::text $$;
CREATE FUNCTION full_name(films, text) RETURNS text STABLE LANGUAGE sql AS $$ SELECT $2 $$;
CREATE FUNCTION tags(films) RETURNS SETOF text STABLE LANGUAGE sql AS $$ SELECT ''::text $$;

-- Routines of every shape.
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION one_json(jsonb) RETURNS jsonb IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION total(VARIADIC v int[]) RETURNS bigint LANGUAGE sql AS 'SELECT sum(x) FROM unnest(v) AS x';
CREATE FUNCTION added(a int, b int DEFAULT 2, c int DEFAULT 3) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a + b + c';
CREATE FUNCTION added(a text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION moved(INOUT a int, OUT b text) LANGUAGE sql AS $$ SELECT a, 'x' $$;
CREATE FUNCTION listed(n int) RETURNS TABLE (x int, y text) ROWS 7 LANGUAGE sql AS $$ SELECT n, 'x' $$;
CREATE FUNCTION single(OUT only_one int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION paired() RETURNS pair LANGUAGE sql AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION recorded() RETURNS record LANGUAGE sql AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION found(like_title text) RETURNS SETOF films STABLE LANGUAGE sql
    SET statement_timeout = '5s' AS $$ SELECT * FROM films WHERE title LIKE like_title $$;

CREATE DOMAIN "text/html" AS text;
CREATE DOMAIN "application/vnd.twkb" AS bytea;
CREATE DOMAIN "*/*" AS bytea;
CREATE FUNCTION home() RETURNS "text/html" LANGUAGE sql AS $$ SELECT '<html></html>' $$;
CREATE FUNCTION twkb_step(state "application/vnd.twkb", next films) RETURNS "application/vnd.twkb" LANGUAGE sql AS
    $$ SELECT state $$;
CREATE AGGREGATE twkb (films) (initcond = '', stype = "application/vnd.twkb", sfunc = twkb_step);
CREATE FUNCTION any_step(state "*/*", next anyelement) RETURNS "*/*" LANGUAGE sql AS $$ SELECT state $$;
CREATE AGGREGATE any_agg (anyelement) (initcond = '', stype = "*/*", sfunc = any_step);
CREATE FUNCTION sum_step(bigint, int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE ordinary (int) (initcond = '0', stype = bigint, sfunc = sum_step);
