-- Domain representations: how app_uuid is shown in JSON, and how it is read from a filter and from a body
CREATE FUNCTION shown(app_uuid) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT to_json(encode(uuid_send($1), 'base64')); $$;
CREATE CAST (app_uuid AS json) WITH FUNCTION shown(app_uuid) AS IMPLICIT;
CREATE FUNCTION app_uuid(text) RETURNS app_uuid LANGUAGE sql IMMUTABLE AS $$ SELECT substring(decode($1, 'base64')::text FROM 3)::uuid; $$;
CREATE CAST (text AS app_uuid) WITH FUNCTION app_uuid(text) AS IMPLICIT;
CREATE FUNCTION app_uuid(json) RETURNS app_uuid LANGUAGE sql IMMUTABLE AS $$ SELECT app_uuid($1 #>> '{}'); $$;
CREATE CAST (json AS app_uuid) WITH FUNCTION app_uuid(json) AS IMPLICIT;
