package dev.rowhouse.tenancy.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "/* x */ commit",
                "ROLLBACK TO a",
                "SAVEPOINT a",
                "START TRANSACTION",
                "PREPARE TRANSACTION 'x'",
                "SET TRANSACTION READ ONLY",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "SET ROLE a",
                "SET LOCAL ROLE a",
                "RESET ROLE",
                "RESET ALL",
                "SET SESSION AUTHORIZATION a",
                "set search_path = public",
                "SET SESSION search_path TO a",
                "SET SCHEMA 'a'",
                "SET standard_conforming_strings = off",
                "COPY a FROM STDIN",
                "COPY a FROM PROGRAM 'id'",
                "COPY (SELECT 1) TO '/tmp/a'",
                "CREATE ROLE a",
                "DROP USER a",
                "ALTER ROLE a SUPERUSER",
                "CREATE GROUP a",
                "CREATE DATABASE a",
                "CREATE EXTENSION pgcrypto",
                "CREATE SCHEMA a",
                "CREATE TABLESPACE a LOCATION '/'",
                "CREATE EVENT TRIGGER a ON sql_drop EXECUTE FUNCTION f()",
                "CREATE PUBLICATION a",
                "CREATE SUBSCRIPTION a CONNECTION '' PUBLICATION b",
                "CREATE SERVER a FOREIGN DATA WRAPPER b",
                "CREATE FOREIGN TABLE a (id int) SERVER b",
                "CREATE TEMP TABLE a (id int)",
                "CREATE OR REPLACE LANGUAGE plperl",
                "ALTER SYSTEM SET a = 1",
                "LISTEN a"
            })
    void refuses(String sql) {
        assertThat(reason(sql)).isNotNull();
        assertThat(reason("-- first\n" + sql + ";")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE a (role text, copy text)",
                "CREATE TABLE \"role\" (id int)",
                "CREATE TABLE begin (id int)",
                "SET LOCAL lock_timeout = '1s'",
                "SELECT 'SET ROLE a'",
                "COMMENT ON SCHEMA a IS 'b'",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
                "CREATE POLICY p ON a TO authenticated USING (true)",
                "GRANT SELECT ON a TO anon",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon",
                "DO $$ BEGIN PERFORM 1; END $$",
                "PREPARE x AS SELECT 1"
            })
    void takes(String sql) {
        assertThat(reason(sql)).isNull();
    }

    private static @Nullable String reason(String sql) {
        return Refusals.reason(SqlSplitter.split(new SqlFile("a.sql", sql)).getFirst());
    }
}
