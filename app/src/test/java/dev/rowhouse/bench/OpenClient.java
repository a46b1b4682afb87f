package dev.rowhouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * Sends GET requests at a stated rate from a process of its own: an open loop as long as there are connections left. One
 * thread for all of them, so that little of the machine goes into sending.
 *
 * <p>A time begins when its request was due if its connection was still waiting for an answer then, so that waiting for a
 * connection counts; else when it was sent.
 */
final class OpenClient {

    private static final int SLOWEST_MICROSECONDS = 60_000_000;
    private static final int LONGEST_REQUEST = 4 * 1024;
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(ISO_8859_1);
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int LOWER_CASE = 0x20;

    private final List<List<Piece>> tenants;
    private final ByteBuffer request = ByteBuffer.allocateDirect(LONGEST_REQUEST);
    private final Selector selector = Selector.open();
    private final PriorityQueue<Connection> waiting = new PriorityQueue<>(Comparator.comparingLong(one -> one.due));
    private final Tally tally = new Tally();
    private final long pause;
    private final long counted;
    private final long end;

    private OpenClient(List<List<Piece>> tenants, long pause, long counted, long end) throws IOException {
        this.tenants = tenants;
        this.pause = pause;
        this.counted = counted;
        this.end = end;
    }

    /**
     * @param lead seconds before those that count, with the same load
     * @param perSecond 0 for as many as there can be
     */
    static Offered run(int port, Call call, Path tenants, int connections, int lead, int seconds, double perSecond) {
        var headers = new StringBuilder();
        call.headers()
                .forEach((name, value) ->
                        headers.append(name).append(": ").append(value).append("\r\n"));
        var output = Tool.run(
                OpenClient.class,
                // Compiling thoroughly would take the processors from who is measured.
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                List.of(
                        Integer.toString(port),
                        call.path(),
                        headers.toString(),
                        tenants.toString(),
                        Integer.toString(connections),
                        Integer.toString(lead),
                        Integer.toString(seconds),
                        Double.toString(perSecond)));
        return new Offered(
                Tool.number(output, "served="),
                Tool.number(output, "p50="),
                Tool.number(output, "p99="),
                Tool.number(output, "refused="),
                Tool.number(output, "refused p99="),
                (long) Tool.number(output, "failed="));
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        var text = "GET " + arguments[1] + " HTTP/1.1\r\nHost: localhost\r\n" + arguments[2] + "\r\n";
        var tenants = Files.readAllLines(Path.of(arguments[3])).stream()
                .map(line -> line.split("\t"))
                .map(tenant -> text.replace("{tenant}", tenant[0]).replace("{key}", tenant[1]))
                .map(Piece::of)
                .toList();
        int connections = Integer.parseInt(arguments[4]);
        int lead = Integer.parseInt(arguments[5]);
        int seconds = Integer.parseInt(arguments[6]);
        double perSecond = Double.parseDouble(arguments[7]);
        long pause = perSecond == 0 ? 0 : (long) (connections * 1e9 / perSecond);
        long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        long counted = start + TimeUnit.SECONDS.toNanos(lead);
        var client = new OpenClient(tenants, pause, counted, counted + TimeUnit.SECONDS.toNanos(seconds));
        for (int i = 0; i < connections; i++) {
            client.waiting.add(client.new Connection(port, start + pause * i / connections));
        }
        client.send();
        client.tally.print(seconds);
    }

    private void send() throws IOException {
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            for (var next = waiting.peek(); next != null && next.due <= now; next = waiting.peek()) {
                waiting.remove().send(now);
            }
            var next = waiting.peek();
            long until = TimeUnit.NANOSECONDS.toMillis((next == null ? end : next.due) - System.nanoTime());
            selector.select(key -> ((Connection) key.attachment()).read(), Math.max(1, until));
        }
    }

    private void write() {
        var random = ThreadLocalRandom.current();
        request.clear();
        for (var piece : tenants.get(random.nextInt(tenants.size()))) {
            request.put(piece.text());
            if (piece.most() >= 0) {
                request.put(Integer.toString(random.nextInt(piece.least(), piece.most() + 1))
                        .getBytes(ISO_8859_1));
            }
        }
        request.flip();
    }

    /**
     * A text of a request and, unless it is the last one, the random number behind it.
     *
     * @param most -1 for none
     */
    private record Piece(byte[] text, int least, int most) {

        private static final Pattern PLACE = Pattern.compile("\\{(id|below|category)}");

        static List<Piece> of(String request) {
            var pieces = new ArrayList<Piece>();
            var places = PLACE.matcher(request);
            int from = 0;
            while (places.find()) {
                var text = request.substring(from, places.start()).getBytes(ISO_8859_1);
                pieces.add(
                        switch (places.group(1)) {
                            case "id" -> new Piece(text, 1, Scenario.ITEMS);
                            case "below" -> new Piece(text, 0, Scenario.LAST_PAGE);
                            default -> new Piece(text, 0, Scenario.CATEGORIES - 1);
                        });
                from = places.end();
            }
            pieces.add(new Piece(request.substring(from).getBytes(ISO_8859_1), 0, -1));
            return List.copyOf(pieces);
        }
    }

    private final class Connection {

        private final SocketChannel channel;
        private final byte[] bytes = new byte[LONGEST_ANSWER];
        private final ByteBuffer answer = ByteBuffer.wrap(bytes);
        private long due;
        private long begun;
        private long sent;
        private long answered;

        Connection(int port, long first) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
            due = first;
        }

        void send(long now) throws IOException {
            begun = answered > due ? due : now;
            sent = now;
            write();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        // A connection that breaks is one less.
        void read() {
            try {
                if (channel.read(answer) < 0) {
                    throw new IOException("the connection was closed");
                }
                if (isWhole()) {
                    answered();
                }
            } catch (IOException e) {
                tally.failed++;
                closed();
            }
        }

        private void answered() {
            answered = System.nanoTime();
            if (answered >= counted) {
                tally.count(digits(STATUS), begun, sent, answered);
            }
            answer.clear();
            due = pause == 0 ? answered : due + pause;
            waiting.add(this);
        }

        // All that is asked for here is answered with a length.
        private boolean isWhole() throws IOException {
            int head = find(HEAD_END, answer.position());
            if (head < 0) {
                return false;
            }
            int length = find(LENGTH, head);
            if (length < 0) {
                throw new IOException("an answer without a length");
            }
            return answer.position() >= head + HEAD_END.length + digits(length + LENGTH.length);
        }

        // Both texts begin with the end of a line, and lines are long: few bytes are looked at twice.
        private int find(byte[] text, int end) {
            for (int at = 0; at <= end - text.length; at++) {
                if (bytes[at] == text[0] && isAt(at, text)) {
                    return at;
                }
            }
            return -1;
        }

        private boolean isAt(int at, byte[] text) {
            for (int index = 1; index < text.length; index++) {
                if ((bytes[at + index] | LOWER_CASE) != (text[index] | LOWER_CASE)) {
                    return false;
                }
            }
            return true;
        }

        private int digits(int from) {
            int number = 0;
            for (int at = from; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
                number = 10 * number + bytes[at] - '0';
            }
            return number;
        }

        private void closed() {
            try {
                channel.close();
            } catch (IOException e) {
                tally.failed++;
            }
        }
    }

    private static final class Tally {

        private final Histogram served = new Histogram(SLOWEST_MICROSECONDS, 3);
        private final Histogram refused = new Histogram(SLOWEST_MICROSECONDS, 3);
        private long failed;

        void count(int status, long begun, long sent, long answered) {
            if (status / 100 == 2) {
                served.recordValue(microseconds(answered - begun));
            } else if (status == 429 || status == 503) {
                refused.recordValue(microseconds(answered - sent));
            } else {
                failed++;
            }
        }

        private static long microseconds(long nanoseconds) {
            return Math.clamp(nanoseconds / 1_000, 0, SLOWEST_MICROSECONDS);
        }

        void print(int seconds) {
            System.out.printf(
                    Locale.ROOT,
                    "served= %.1f%np50= %d%np99= %d%nrefused= %.1f%nrefused p99= %d%nfailed= %d%n",
                    served.getTotalCount() / (double) seconds,
                    served.getValueAtPercentile(50),
                    served.getValueAtPercentile(99),
                    refused.getTotalCount() / (double) seconds,
                    refused.getValueAtPercentile(99),
                    failed);
        }
    }
}
