package dev.rowhouse.app.data.body;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing piece of UTF-8. */
final class ByteText {

    private byte[] bytes;
    private int length;

    ByteText(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    void add(int b) {
        if (length == bytes.length) {
            grow(1);
        }
        bytes[length++] = (byte) b;
    }

    void add(byte[] source, int from, int to) {
        int count = to - from;
        if (length + count > bytes.length) {
            grow(count);
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void addCodePoint(int codePoint) {
        if (codePoint < 0x80) {
            add(codePoint);
        } else if (codePoint < 0x800) {
            add(0xC0 | codePoint >> 6);
            add(0x80 | codePoint & 0x3F);
        } else if (codePoint < 0x10000) {
            add(0xE0 | codePoint >> 12);
            add(0x80 | codePoint >> 6 & 0x3F);
            add(0x80 | codePoint & 0x3F);
        } else {
            add(0xF0 | codePoint >> 18);
            add(0x80 | codePoint >> 12 & 0x3F);
            add(0x80 | codePoint >> 6 & 0x3F);
            add(0x80 | codePoint & 0x3F);
        }
    }

    /** Takes the last byte off the end. */
    void dropLast() {
        length--;
    }

    void clear() {
        length = 0;
    }

    /** Returns what has been added since the last call. */
    byte[] take() {
        var taken = Arrays.copyOf(bytes, length);
        length = 0;
        return taken;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void grow(int count) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
}
