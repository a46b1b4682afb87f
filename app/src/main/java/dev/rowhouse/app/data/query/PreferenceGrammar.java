package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Preferences.Count;
import dev.rowhouse.app.data.query.Preferences.Lock;
import dev.rowhouse.app.data.query.Preferences.Resolution;
import dev.rowhouse.app.data.query.Preferences.Returning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of {@code Prefer} (RFC 7240): {@code preference {("," | ";") preference}}, {@code preference = name "=" value}.
 *
 * <p>Of several contradicting preferences the first counts.
 */
final class PreferenceGrammar {

    private static final Map<String, Preference> NAMES =
            Arrays.stream(Preference.values()).collect(Collectors.toMap(Preference::word, preference -> preference));

    private final RequestKind kind;
    private final Map<Preference, String> asked = new LinkedHashMap<>();
    private final List<String> invalid = new ArrayList<>();

    PreferenceGrammar(RequestKind kind) {
        this.kind = kind;
    }

    void header(String header) {
        int from = 0;
        for (int at = 0; at <= header.length(); at++) {
            if (at == header.length() || header.charAt(at) == ',' || header.charAt(at) == ';') {
                preference(header.substring(from, at).strip());
                from = at + 1;
            }
        }
    }

    Preferences preferences() {
        boolean strict = "strict".equals(asked.get(Preference.HANDLING));
        if (strict && !invalid.isEmpty()) {
            throw QueryError.malformed(
                    "PGRST122",
                    "Invalid preferences given with handling=strict",
                    "Invalid preferences: " + String.join(", ", invalid));
        }
        var most = strict ? asked.get(Preference.MAX_AFFECTED) : null;
        var wait = asked.get(Preference.WAIT);
        var count = one(Count.class, Preference.COUNT);
        var returning = one(Returning.class, Preference.RETURN);
        return new Preferences(
                count == null ? Count.NONE : count,
                returning == null ? Returning.MINIMAL : returning,
                one(Resolution.class, Preference.RESOLUTION),
                "default".equals(asked.get(Preference.MISSING)),
                "rollback".equals(asked.get(Preference.TX)),
                strict,
                most == null ? null : Long.valueOf(most),
                asked.get(Preference.TIMEZONE),
                one(Lock.class, Preference.LOCK),
                wait == null ? null : Duration.ofSeconds(Long.parseLong(wait)),
                applied(strict));
    }

    private void preference(String text) {
        if (text.isEmpty()) {
            return;
        }
        int equals = text.indexOf('=');
        var preference = NAMES.get(equals < 0 ? text : text.substring(0, equals));
        var value = text.substring(equals + 1);
        if (preference == null || equals < 0 || !preference.takes(value)) {
            invalid.add(text);
        } else {
            asked.putIfAbsent(preference, value);
        }
    }

    private List<String> applied(boolean strict) {
        var applied = new ArrayList<String>();
        asked.forEach((preference, value) -> {
            if (kind.applies(preference) && (strict || preference != Preference.MAX_AFFECTED)) {
                applied.add(preference.word() + "=" + value);
            }
        });
        return applied;
    }

    private <E extends Enum<E>> @Nullable E one(Class<E> type, Preference preference) {
        var value = asked.get(preference);
        return value == null
                ? null
                : Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
