package dev.rowhouse.app.data.body;

/** Cuts a stream of bytes into lines; what is not a whole line yet waits. */
final class Lines {

    /** Takes a line without its end; the bytes are only valid during the call. */
    interface Taker {
        void line(byte[] bytes, int from, int to, long number);
    }

    private final Taker taker;
    private final ByteText waiting = new ByteText(1_024);
    private long number;

    Lines(Taker taker) {
        this.taker = taker;
    }

    void feed(byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                complete(bytes, start, i);
                start = i + 1;
            }
        }
        keep(bytes, start, to);
    }

    void finish() {
        if (waiting.length() > 0) {
            complete(new byte[0], 0, 0);
        }
    }

    private void complete(byte[] bytes, int from, int to) {
        if (waiting.length() == 0) {
            take(bytes, from, to);
        } else {
            keep(bytes, from, to);
            take(waiting.array(), 0, waiting.length());
            waiting.clear();
        }
    }

    private void take(byte[] bytes, int from, int to) {
        number++;
        if (to - from > BodyErrors.LONGEST_LINE) {
            throw BodyErrors.tooLong(number);
        }
        if (!isBlank(bytes, from, to)) {
            taker.line(bytes, from, to, number);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (waiting.length() + (to - from) > BodyErrors.LONGEST_LINE) {
            throw BodyErrors.tooLong(number + 1);
        }
        waiting.add(bytes, from, to);
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
