package dev.rowhouse.app.data.query;

import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads parameters and {@code Prefer} headers into a typed query. Parameters arrive decoded, in the client's order.
 *
 * <p>The limits go along with the query to its plan.
 */
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
            @Nullable String rangeHeader,
            Limits limits) {
        var request = new RequestDraft(RequestKind.READ, parameters, limits);
        return new ReadQuery(
                relation,
                ranged(request.selection(), rangeHeader, limits),
                request.after(),
                Preferences.parse(prefer, RequestKind.READ),
                limits);
    }

    /** Reads a {@code GET} or {@code HEAD} without a {@code Range}, within the standard limits. */
    public static ReadQuery read(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        return read(relation, parameters, prefer, null, Limits.STANDARD);
    }

    /** Reads a {@code POST}. */
    public static WriteQuery insert(
            String relation, List<Entry<String, String>> parameters, List<String> prefer, Limits limits) {
        return write(RequestKind.INSERT, relation, parameters, prefer, limits);
    }

    /** Reads a {@code PUT}; whether its filters name exactly one row is not known here. */
    public static WriteQuery upsert(
            String relation, List<Entry<String, String>> parameters, List<String> prefer, Limits limits) {
        return write(RequestKind.UPSERT, relation, parameters, prefer, limits);
    }

    /** Reads a {@code PATCH}. Without a filter it changes every row, as the dialect has it. */
    public static WriteQuery update(
            String relation, List<Entry<String, String>> parameters, List<String> prefer, Limits limits) {
        return write(RequestKind.UPDATE, relation, parameters, prefer, limits);
    }

    /** Reads a {@code DELETE}. Without a filter it deletes every row, as the dialect has it. */
    public static WriteQuery delete(
            String relation, List<Entry<String, String>> parameters, List<String> prefer, Limits limits) {
        return write(RequestKind.DELETE, relation, parameters, prefer, limits);
    }

    /** Reads a {@code PATCH} or a {@code DELETE}, taking the parameters of both. */
    public static WriteQuery change(
            String relation, List<Entry<String, String>> parameters, List<String> prefer, Limits limits) {
        return update(relation, parameters, prefer, limits);
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
            @Nullable String rangeHeader,
            Limits limits) {
        var kind = byGet ? RequestKind.CALL_BY_GET : RequestKind.CALL_BY_POST;
        var request = new RequestDraft(kind, parameters, limits, argumentNames);
        return new CallQuery(
                function,
                request.arguments(),
                ranged(request.selection(), byGet ? rangeHeader : null, limits),
                request.columns(),
                Preferences.parse(prefer, kind),
                limits);
    }

    private static WriteQuery write(
            RequestKind kind,
            String relation,
            List<Entry<String, String>> parameters,
            List<String> prefer,
            Limits limits) {
        var request = new RequestDraft(kind, parameters, limits);
        return new WriteQuery(
                relation,
                request.selection(),
                request.columns(),
                request.onConflict(),
                Preferences.parse(prefer, kind),
                limits);
    }

    private static Selection ranged(Selection selection, @Nullable String rangeHeader, Limits limits) {
        return new Selection(
                selection.select(),
                selection.filters(),
                selection.order(),
                PageGrammar.within(rangeHeader, selection.page(), limits.maxRows()));
    }
}
