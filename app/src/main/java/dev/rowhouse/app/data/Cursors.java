package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.platform.crypto.Seal;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes cursors and knows its own again: the values by which the last row of a page was ordered, sealed together with the
 * tenant, the relation, the order and the filters. A cursor of another tenant or another question is none.
 */
public final class Cursors {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MARK = 16;
    // A page may be cut and dressed otherwise than the one before.
    private static final Set<String> OF_THE_PAGE = Set.of("after", "limit", "select");
    private static final String AFTER = "after=";

    private final Seal seal;

    /** @param secret of the installation */
    public Cursors(String secret) {
        this.seal = Seal.of(secret).forPurpose("cursor");
    }

    /** Reads the values of a cursor that was made for the same question; there are {@code count}. */
    List<@Nullable String> read(DataRequest request, String cursor, int count) {
        try {
            var bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length > MARK) {
                var mark = Arrays.copyOf(bytes, MARK);
                var values = Arrays.copyOfRange(bytes, MARK, bytes.length);
                if (seal(request).isMark(mark, content(request, values))) {
                    var read = texts(JSON.readTree(values));
                    if (read.size() == count) {
                        return read;
                    }
                }
            }
        } catch (IllegalArgumentException | JacksonException _) {
            throw refused();
        }
        throw refused();
    }

    /** Returns the reference of the page behind the row with these values. */
    String next(DataRequest request, JsonNode values) {
        var bytes = JSON.writeValueAsBytes(values);
        var cursor = new ByteArrayOutputStream();
        cursor.writeBytes(seal(request).mark(content(request, bytes)));
        cursor.writeBytes(bytes);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.toByteArray());
        var url = request.exchange().getRequest().getURI();
        var others = Arrays.stream(url.getRawQuery().split("&"))
                .filter(part -> !part.startsWith(AFTER) && !part.equals("after"))
                .collect(Collectors.joining("&"));
        return "<" + url.getRawPath() + "?" + others + (others.isEmpty() ? "" : "&") + AFTER + text + ">; rel=\"next\"";
    }

    private Seal seal(DataRequest request) {
        return seal.forPurpose(request.admitted().resident().tenant().id().toString());
    }

    private static byte[] content(DataRequest request, byte[] values) {
        var question = request.parameters().stream()
                .filter(parameter -> !OF_THE_PAGE.contains(parameter.getKey()))
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
        var content = new ByteArrayOutputStream();
        content.writeBytes((encoded(request.relation()) + "?" + question + "\n").getBytes(StandardCharsets.UTF_8));
        content.writeBytes(values);
        return content.toByteArray();
    }

    private static List<@Nullable String> texts(JsonNode array) {
        var texts = new ArrayList<@Nullable String>();
        for (var value : array) {
            texts.add(value.isNull() ? null : value.stringValue());
        }
        return texts;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static QueryError refused() {
        return QueryError.malformed(
                "PGRST100",
                "parameter 'after' is no cursor of this relation, order and filter",
                "begin with an empty one, and follow the Link of each page to the next");
    }
}
