package dev.rowhouse.app.data.sql;

/** Reads what the blueprint's code asks of the answer: {@code response.status} and {@code response.headers}. */
final class ResponseSql {

    /** The members of an object that tells. */
    static final String MEMBERS = "'status', pg_catalog.current_setting('response.status', true), 'headers', "
            + "pg_catalog.current_setting('response.headers', true)";

    /** A statement of its own. It names the catalog: code that ran before it may have set another search path. */
    static final String STATEMENT = "SELECT pg_catalog.json_build_object(" + MEMBERS + ")::pg_catalog.\"text\"";

    private ResponseSql() {}
}
