-- Domains whose values travel in a form of their own, as PostgREST's documentation has them.
CREATE DOMAIN color AS int CHECK (VALUE >= 0);
CREATE DOMAIN shade AS int;
CREATE FUNCTION color_json(color) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT to_json('#' || to_hex($1)) $$;
CREATE FUNCTION color_of_json(json) RETURNS color IMMUTABLE LANGUAGE sql AS $$ SELECT 1::color $$;
CREATE FUNCTION color_of_text(text) RETURNS color IMMUTABLE LANGUAGE sql AS $$ SELECT 1::color $$;
CREATE FUNCTION shade_json(shade) RETURNS json IMMUTABLE LANGUAGE sql AS $$ SELECT 'null'::json $$;
CREATE CAST (color AS json) WITH FUNCTION color_json(color) AS IMPLICIT;
CREATE CAST (json AS color) WITH FUNCTION color_of_json(json) AS IMPLICIT;
CREATE CAST (text AS color) WITH FUNCTION color_of_text(text) AS IMPLICIT;
CREATE CAST (shade AS json) WITH FUNCTION shade_json(shade) AS IMPLICIT;
CREATE TABLE todos (id int PRIMARY KEY, color color, shade shade, colors color[]);

-- Deleting a level looks for who refers to it, by a cast.
CREATE TYPE grade AS ENUM ('1', '2');
CREATE FUNCTION grade_number(grade) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT $1::text::int $$;
CREATE CAST (grade AS int) WITH FUNCTION grade_number(grade) AS IMPLICIT;
CREATE TABLE levels (id int PRIMARY KEY);
CREATE TABLE graded (id int PRIMARY KEY, grade grade REFERENCES levels);
CREATE TABLE unlinked (id int PRIMARY KEY);
