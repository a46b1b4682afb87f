package dev.rowhouse.local.vault;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** As much of ASN.1's distinguished encoding as a certificate needs. */
final class Der {

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(byte[]... members) {
        return tagged(SEQUENCE, joined(members));
    }

    static byte[] set(byte[] member) {
        return tagged(SET, member);
    }

    static byte[] number(BigInteger value) {
        return tagged(0x02, value.toByteArray());
    }

    static byte[] yes() {
        return tagged(0x01, new byte[] {(byte) 0xFF});
    }

    /** @param hex the identifier as it is encoded */
    static byte[] identifier(String hex) {
        return tagged(0x06, HexFormat.of().parseHex(hex));
    }

    static byte[] text(String value) {
        return tagged(0x0C, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant value) {
        return tagged(0x18, TIME.format(value).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] bits(byte[] value) {
        return tagged(0x03, joined(new byte[] {0}, value));
    }

    static byte[] octets(byte[] value) {
        return tagged(0x04, value);
    }

    static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] tagged(int tag, byte[] content) {
        var encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (content.length >= 0x100) {
            encoded.write(0x82);
            encoded.write(content.length >> 8);
        } else if (content.length >= 0x80) {
            encoded.write(0x81);
        }
        encoded.write(content.length);
        encoded.writeBytes(content);
        return encoded.toByteArray();
    }
}
