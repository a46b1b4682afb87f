ALTER ROLE "{{name}}" NOLOGIN;
SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = '{{name}}';
REVOKE CONNECT ON DATABASE "@DATABASE@" FROM "{{name}}";
DROP ROLE "{{name}}";
