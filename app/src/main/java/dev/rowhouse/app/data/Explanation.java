package dev.rowhouse.app.data;

import dev.rowhouse.app.data.sql.ExplainOption;
import dev.rowhouse.app.data.sql.Rendering;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * A wish to see how PostgreSQL would answer, instead of the answer: {@code application/vnd.pgrst.plan}.
 *
 * @param explained the representation whose making is explained
 * @param json whether as JSON, not as text
 */
record Explanation(Representation explained, boolean json, Set<ExplainOption> options) {

    private static final String PLAN = "vnd.pgrst.plan";
    private static final String FOR = "for";
    private static final String OPTIONS = "options";
    // A house's name is nobody's business but ours.
    private static final Pattern HOUSE = Pattern.compile("\\bh_[a-z2-7]{16}(?![a-z2-7])");

    /** Returns what the client would rather see than anything else, if that is a plan; else null. */
    static @Nullable Explanation wanted(HttpHeaders headers) {
        var accept = headers.getFirst(HttpHeaders.ACCEPT);
        if (accept == null || !accept.contains(PLAN)) {
            return null;
        }
        var type = Accept.wanted(headers).getFirst();
        return switch (type.getSubtype()) {
            case PLAN, PLAN + "+text" -> of(type, false);
            case PLAN + "+json" -> of(type, true);
            default -> null;
        };
    }

    private static Explanation of(MediaType type, boolean json) {
        var explained = new HttpHeaders();
        var wanted = type.getParameter(FOR);
        if (wanted != null) {
            explained.set(HttpHeaders.ACCEPT, unquoted(wanted));
        }
        return new Explanation(Accept.rows(explained), json, options(type.getParameter(OPTIONS)));
    }

    // What is no option is left out, as the dialect has it.
    private static Set<ExplainOption> options(@Nullable String names) {
        var options = EnumSet.noneOf(ExplainOption.class);
        if (names != null) {
            for (var name : unquoted(names).split("\\|", -1)) {
                var option = ExplainOption.named(name);
                if (option != null) {
                    options.add(option);
                }
            }
        }
        return options;
    }

    private static String unquoted(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    /** Returns how the plan is answered. */
    Representation representation() {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put(FOR, "\"" + explained.mediaType() + "\"");
        if (!options.isEmpty()) {
            parameters.put(
                    OPTIONS, options.stream().map(ExplainOption::parameter).collect(Collectors.joining("|")));
        }
        var type = new MediaType("application", PLAN + (json ? "+json" : "+text"), parameters);
        return new Representation(type, json ? Layout.RAW : Layout.LINES, Rendering.JSON);
    }

    /** Returns a part of the plan without the name of the house; takes over {@code part}. */
    static ByteBuf anonymous(ByteBuf part) {
        try {
            var text = HOUSE.matcher(part.toString(StandardCharsets.UTF_8)).replaceAll("house");
            return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        } finally {
            part.release();
        }
    }
}
