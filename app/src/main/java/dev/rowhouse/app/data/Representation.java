package dev.rowhouse.app.data;

import dev.rowhouse.app.data.sql.Rendering;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.MediaType;

/**
 * What an answer's rows look like to the client: negotiated once, then asked by whoever reads and sends them.
 *
 * @param mediaType as the answer names it
 * @param layout of the rows among each other
 * @param rendering of each row, by PostgreSQL
 */
record Representation(MediaType mediaType, Layout layout, Rendering rendering) {

    private static final String STRIPPED = ";nulls=stripped";

    static final Representation JSON = new Representation(MediaType.APPLICATION_JSON, Layout.ARRAY, Rendering.JSON);
    static final Representation JSON_STRIPPED =
            of("application/vnd.pgrst.array+json" + STRIPPED, Layout.ARRAY, Rendering.STRIPPED);
    static final Representation OBJECT = of("application/vnd.pgrst.object+json", Layout.OBJECT, Rendering.JSON);
    static final Representation OBJECT_STRIPPED =
            of("application/vnd.pgrst.object+json" + STRIPPED, Layout.OBJECT, Rendering.STRIPPED);
    static final Representation LINES = of("application/x-ndjson", Layout.LINES, Rendering.JSON);
    static final Representation CSV =
            new Representation(new MediaType("text", "csv", StandardCharsets.UTF_8), Layout.CSV, Rendering.CSV);

    /** What rows may be answered as, the most usual first. */
    static final List<Representation> OF_ROWS = List.of(JSON, CSV, LINES, OBJECT, OBJECT_STRIPPED, JSON_STRIPPED);

    /** Returns one for a single value, such as {@code text/plain}, whose bytes stand as they are. */
    static Representation raw(MediaType mediaType) {
        return new Representation(mediaType, Layout.RAW, Rendering.JSON);
    }

    /** Says whether there must be exactly one row. */
    boolean isSingular() {
        return layout == Layout.OBJECT;
    }

    /** Says whether rows stand in lines, which nobody must have whole to read the first. */
    boolean isLines() {
        return layout == Layout.LINES || layout == Layout.CSV;
    }

    /** Returns the refusal of a singular answer that would have {@code rows}. */
    static Problem notOne(long rows) {
        return Problem.of(ProblemType.NOT_ACCEPTABLE, "Cannot coerce the result to a single JSON object")
                .withCode("PGRST116")
                .withDetails("The result contains " + rows + " rows");
    }

    private static Representation of(String mediaType, Layout layout, Rendering rendering) {
        return new Representation(MediaType.parseMediaType(mediaType), layout, rendering);
    }
}
