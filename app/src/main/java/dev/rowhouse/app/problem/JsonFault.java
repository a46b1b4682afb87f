package dev.rowhouse.app.problem;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Says what is wrong with a client's JSON, without the parser's words about its own settings. */
public final class JsonFault {

    private static final Pattern SETTINGS =
            Pattern.compile(" \\(start marker.*|: enable `.*|, from `[^)]*| \\(code \\d+\\)");

    private JsonFault() {}

    /** Returns the refusal of a number whose exponent is beyond Java's, of which no parser's own exception tells. */
    public static Problem numberOutOfRange() {
        return Problem.of(ProblemType.INVALID_JSON, "the body has a number that is too large or too small");
    }

    public static String text(JacksonException fault) {
        return SETTINGS.matcher(String.valueOf(fault.getOriginalMessage())).replaceAll("");
    }
}
