package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.catalog.Column.Generation;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A column that one tenant has added to a relation of its blueprint.
 *
 * @param name of the column; begins with {@code x_}, as no column of a blueprint does
 * @param defaultJson the default as JSON; null without one
 */
public record CustomField(
        String relation,
        String name,
        FieldType type,
        boolean nullable,
        @Nullable String defaultJson,
        @Nullable String comment) {

    /** Begins the name of every such column. */
    public static final String PREFIX = "x_";

    // A numeric is taken as it is written, to the last zero.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final Pattern NAME = Pattern.compile("x_[a-z0-9_]{1,60}");

    public CustomField {
        if (!isName(name)) {
            throw new IllegalArgumentException("field " + name + " (expected: x_ and small letters, digits, _)");
        }
        if (!nullable && defaultJson == null) {
            throw new IllegalArgumentException("a field that is not nullable has a default");
        }
        if (defaultJson != null && defaultText(type, defaultJson) == null) {
            throw new IllegalArgumentException(
                    "default " + defaultJson + " (expected: a JSON value for " + type.label() + ")");
        }
    }

    /** Says whether a column of a tenant may have that name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the default as the text that PostgreSQL reads, or null without one. */
    public @Nullable String defaultText() {
        return defaultJson == null ? null : defaultText(type, defaultJson);
    }

    private static @Nullable String defaultText(FieldType type, String json) {
        return type.textOf(JSON.readTree(json));
    }

    Column column() {
        var text = defaultText();
        var expression = text == null ? null : Quoting.literal(text) + "::" + type.label();
        return new Column(name, type.columnType(), nullable, expression, Generation.NONE, comment);
    }
}
