package dev.rowhouse.app.data.body;

/** Lines of JSON that are held and not streamed. */
public final class NdjsonBody {

    private NdjsonBody() {}

    /** Returns the lines as one JSON array; what they hold is not looked at. */
    public static byte[] json(byte[] lines) {
        var json = new ByteText(lines.length + 2);
        json.add('[');
        var cutter = new Lines((bytes, from, to, number) -> {
            if (json.length() > 1) {
                json.add(',');
            }
            json.add(bytes, from, to);
        });
        cutter.feed(lines, 0, lines.length);
        cutter.finish();
        json.add(']');
        return json.take();
    }
}
