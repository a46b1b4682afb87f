-- Media type handlers
CREATE DOMAIN "text/html" AS text;
CREATE DOMAIN "application/vnd.lines" AS bytea;
CREATE FUNCTION page(name text) RETURNS "text/html" LANGUAGE sql IMMUTABLE AS $$ SELECT ('<h1>' || name || '</h1>')::"text/html"; $$;
CREATE FUNCTION raw_bytes() RETURNS "application/vnd.lines" LANGUAGE sql IMMUTABLE AS $$ SELECT 'raw'::bytea::"application/vnd.lines"; $$;
CREATE TABLE lines (id int PRIMARY KEY, name text);
INSERT INTO lines VALUES (1, 'line-1'), (2, 'line-2');
GRANT SELECT ON lines TO anon;
CREATE FUNCTION get_lines() RETURNS SETOF lines LANGUAGE sql STABLE AS $$ SELECT * FROM lines ORDER BY id; $$;
CREATE FUNCTION add_line(state "application/vnd.lines", next lines) RETURNS "application/vnd.lines" LANGUAGE sql IMMUTABLE AS
    $$ SELECT (state || convert_to(next.name || ';', 'UTF8'))::"application/vnd.lines"; $$;
CREATE AGGREGATE lines_agg (lines) (initcond = '', stype = "application/vnd.lines", sfunc = add_line);

-- What a blueprint's functions may be called by is said by name; PUBLIC has no right in a house.
DO $$
BEGIN
    EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO anon', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION not_for_anon() FROM anon;
