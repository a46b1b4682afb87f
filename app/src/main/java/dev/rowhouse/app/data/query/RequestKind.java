package dev.rowhouse.app.data.query;

import static dev.rowhouse.app.data.query.ParameterName.Word.AFTER;
import static dev.rowhouse.app.data.query.ParameterName.Word.AND;
import static dev.rowhouse.app.data.query.ParameterName.Word.COLUMNS;
import static dev.rowhouse.app.data.query.ParameterName.Word.FILTER;
import static dev.rowhouse.app.data.query.ParameterName.Word.LIMIT;
import static dev.rowhouse.app.data.query.ParameterName.Word.OFFSET;
import static dev.rowhouse.app.data.query.ParameterName.Word.ON_CONFLICT;
import static dev.rowhouse.app.data.query.ParameterName.Word.OR;
import static dev.rowhouse.app.data.query.ParameterName.Word.ORDER;
import static dev.rowhouse.app.data.query.Preference.COUNT;
import static dev.rowhouse.app.data.query.Preference.HANDLING;
import static dev.rowhouse.app.data.query.Preference.MAX_AFFECTED;
import static dev.rowhouse.app.data.query.Preference.MISSING;
import static dev.rowhouse.app.data.query.Preference.RESOLUTION;
import static dev.rowhouse.app.data.query.Preference.RETURN;
import static dev.rowhouse.app.data.query.Preference.TIMEZONE;
import static dev.rowhouse.app.data.query.Preference.TX;

import dev.rowhouse.app.data.query.ParameterName.Word;
import java.util.EnumSet;
import java.util.Set;

/** What a kind of request understands. Parameters of embedded resources are understood by all kinds. */
enum RequestKind {
    READ("when reading", refusing(COLUMNS, ON_CONFLICT), EnumSet.of(COUNT)),
    INSERT(
            "when inserting",
            refusing(LIMIT, OFFSET, AND, OR, FILTER, AFTER),
            EnumSet.of(COUNT, RETURN, RESOLUTION, MISSING)),
    UPSERT("for PUT", refusing(ORDER, LIMIT, OFFSET, ON_CONFLICT, AFTER), EnumSet.of(COUNT, RETURN)),
    UPDATE(
            "when updating",
            refusing(LIMIT, OFFSET, ON_CONFLICT, AFTER),
            EnumSet.of(COUNT, RETURN, MISSING, MAX_AFFECTED)),
    DELETE(
            "when deleting",
            refusing(LIMIT, OFFSET, COLUMNS, ON_CONFLICT, AFTER),
            EnumSet.of(COUNT, RETURN, MAX_AFFECTED)),
    CALL_BY_GET("when calling by GET", refusing(COLUMNS, ON_CONFLICT, AFTER), EnumSet.of(COUNT, MAX_AFFECTED)),
    CALL_BY_POST("when calling", refusing(ON_CONFLICT, AFTER), EnumSet.of(COUNT, MAX_AFFECTED));

    private static final Set<Preference> EVERYWHERE = EnumSet.of(TX, HANDLING, TIMEZONE);

    private final String when;
    private final Set<Word> refused;
    private final Set<Preference> applied;

    RequestKind(String when, Set<Word> refused, Set<Preference> applied) {
        this.when = when;
        this.refused = refused;
        this.applied = applied;
    }

    boolean refuses(Word word) {
        return refused.contains(word);
    }

    /** Says whether an answer to such a request names the preference among those it honoured. */
    boolean applies(Preference preference) {
        return applied.contains(preference) || EVERYWHERE.contains(preference);
    }

    QueryError refusal(ParameterName parameter) {
        boolean page = switch (parameter.word()) {
            case ORDER, LIMIT, OFFSET -> true;
            case SELECT, AND, OR, COLUMNS, ON_CONFLICT, AFTER, FILTER -> false;
        };
        return this == UPSERT && page
                ? QueryError.malformed(
                        "PGRST114",
                        "limit/offset/order querystring parameters are not allowed for PUT",
                        "position 1 of parameter '" + parameter.text() + "'")
                : QueryError.malformed(
                        "PGRST100",
                        "parameter '" + parameter.text() + "' is not supported " + when,
                        "position 1 of parameter '" + parameter.text() + "'");
    }

    private static Set<Word> refusing(Word first, Word... others) {
        return EnumSet.of(first, others);
    }
}
