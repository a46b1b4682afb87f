package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/**
 * Why a data request cannot be carried out, found before any SQL ran. Knows nothing of HTTP.
 *
 * <p>{@code code} is the dialect's own ({@code PGRST…}) or PostgreSQL's SQLSTATE where the dialect passes that on.
 */
public final class QueryError extends RuntimeException {

    /** What kind of answer the request deserves. */
    public enum Kind {
        /** The request is wrong as it stands. */
        MALFORMED,
        /** The named relation does not exist. */
        NOT_FOUND,
        /** The request may mean several things; the details, where there are any, are a JSON array of them. */
        AMBIGUOUS,
        /** The relation does not take this kind of request. */
        NOT_ALLOWED,
        /** The rows asked for cannot be a part of the answer. */
        NOT_SATISFIABLE,
        /** The request is larger than what is accepted. */
        TOO_LARGE
    }

    private final Kind kind;
    private final String code;
    private final String text;
    private final @Nullable String details;
    private final @Nullable String hint;

    public QueryError(Kind kind, String code, String text, @Nullable String details, @Nullable String hint) {
        // Without a stack trace: it is an answer to a client, and a flood of malformed requests must stay cheap.
        super(code + " " + text, null, false, false);
        this.kind = kind;
        this.code = code;
        this.text = text;
        this.details = details;
        this.hint = hint;
    }

    /** A parameter or a body that cannot be read. */
    public static QueryError malformed(String code, String text, @Nullable String details) {
        return new QueryError(Kind.MALFORMED, code, text, details, null);
    }

    public Kind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public String text() {
        return text;
    }

    public @Nullable String details() {
        return details;
    }

    public @Nullable String hint() {
        return hint;
    }
}
