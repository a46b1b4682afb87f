package dev.rowhouse.app.data.body;

import java.nio.charset.StandardCharsets;

/** Writes JSON. */
final class JsonText {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    static void ofNull(ByteText out) {
        out.add(NULL, 0, NULL.length);
    }

    static void string(String text, ByteText out) {
        out.add('"');
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                out.add('\\');
                out.add(b);
            } else if (b >= 0 && b < ' ') {
                control(b, out);
            } else {
                out.add(b);
            }
        }
        out.add('"');
    }

    private static void control(byte b, ByteText out) {
        out.add('\\');
        out.add('u');
        out.add('0');
        out.add('0');
        out.add(HEX.charAt(b >> 4));
        out.add(HEX.charAt(b & 15));
    }
}
