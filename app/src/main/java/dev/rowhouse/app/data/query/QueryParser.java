package dev.rowhouse.app.data.query;

import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads parameters and {@code Prefer} headers into a typed query. Parameters arrive decoded, in the client's order. */
public final class QueryParser {

    private QueryParser() {}

    /**
     * Reads a {@code GET} or {@code HEAD}.
     *
     * @param rangeHeader the value of {@code Range}; null for none
     */
    public static ReadQuery read(
            String relation,
            List<Entry<String, String>> parameters,
            List<String> prefer,
            @Nullable String rangeHeader) {
        var request = new RequestDraft(RequestKind.READ, parameters);
        return new ReadQuery(
                relation,
                ranged(request.selection(), rangeHeader),
                request.after(),
                Preferences.parse(prefer, RequestKind.READ));
    }

    /** Reads a {@code GET} or {@code HEAD} without a {@code Range}. */
    public static ReadQuery read(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return read(relation, parameters, prefer, null);
    }

    /** Reads a {@code POST}. */
    public static WriteQuery insert(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return write(RequestKind.INSERT, relation, parameters, prefer);
    }

    /** Reads a {@code PUT}; whether its filters name exactly one row is not known here. */
    public static WriteQuery upsert(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return write(RequestKind.UPSERT, relation, parameters, prefer);
    }

    /** Reads a {@code PATCH}. Without a filter it changes every row, as the dialect has it. */
    public static WriteQuery update(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return write(RequestKind.UPDATE, relation, parameters, prefer);
    }

    /** Reads a {@code DELETE}. Without a filter it deletes every row, as the dialect has it. */
    public static WriteQuery delete(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return write(RequestKind.DELETE, relation, parameters, prefer);
    }

    /** Reads a {@code PATCH} or a {@code DELETE}, taking the parameters of both. */
    public static WriteQuery change(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return update(relation, parameters, prefer);
    }

    /**
     * Reads a call.
     *
     * <p>Of a {@code GET}, a parameter is an argument if its value is no test ({@code eq.1}), as the dialect has it. So that a
     * text like {@code is.it} reaches a function too, a test is an argument as well if its name is one of {@code
     * argumentNames} and no other parameter of this request gives that argument.
     *
     * @param argumentNames the names of the function's arguments, of all functions of this name
     * @param byGet whether parameters hold the arguments ({@code GET}, {@code HEAD}), and not the body
     */
    public static CallQuery call(
            String function,
            Set<String> argumentNames,
            boolean byGet,
            List<Entry<String, String>> parameters,
            List<String> prefer,
            @Nullable String rangeHeader) {
        var kind = byGet ? RequestKind.CALL_BY_GET : RequestKind.CALL_BY_POST;
        var request = new RequestDraft(kind, parameters, argumentNames);
        return new CallQuery(
                function,
                request.arguments(),
                ranged(request.selection(), byGet ? rangeHeader : null),
                request.columns(),
                Preferences.parse(prefer, kind));
    }

    private static WriteQuery write(
            RequestKind kind, String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        var request = new RequestDraft(kind, parameters);
        return new WriteQuery(
                relation,
                request.selection(),
                request.columns(),
                request.onConflict(),
                Preferences.parse(prefer, kind));
    }

    private static Selection ranged(Selection selection, @Nullable String rangeHeader) {
        return new Selection(
                selection.select(),
                selection.filters(),
                selection.order(),
                PageGrammar.within(rangeHeader, selection.page()));
    }
}
