CREATE ROLE "{{name}}" LOGIN NOINHERIT PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "rowhouse_lane_@LANE@";
GRANT CONNECT ON DATABASE "@DATABASE@" TO "{{name}}";
ALTER ROLE "{{name}}" SET search_path = '';
ALTER ROLE "{{name}}" SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE "{{name}}" SET temp_file_limit = '1GB';
