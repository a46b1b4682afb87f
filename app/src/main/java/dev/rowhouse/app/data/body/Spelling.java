package dev.rowhouse.app.data.body;

import java.util.Locale;

/** How PostgreSQL spells values; in doubt a text passes. */
final class Spelling {

    /** What a text is for an integer type. */
    enum Integral {
        FITS,
        WRONG,
        OUT_OF_RANGE
    }

    private static final String BOOLEANS = " true false yes no on off 1 0 ";

    private Spelling() {}

    static Integral integer(String text, String type) {
        var digits = text.strip();
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        if (digits.startsWith("0x")
                || digits.startsWith("0X")
                || digits.startsWith("0o")
                || digits.startsWith("0O")
                || digits.startsWith("0b")
                || digits.startsWith("0B")) {
            return Integral.FITS;
        }
        digits = digits.replace("_", "");
        if (digits.isEmpty() || !digits.chars().allMatch(Spelling::isDigit)) {
            return Integral.WRONG;
        }
        return inRange(withoutZeros(digits), negative, type) ? Integral.FITS : Integral.OUT_OF_RANGE;
    }

    private static boolean inRange(String digits, boolean negative, String type) {
        long largest = switch (type) {
            case "int2" -> Short.MAX_VALUE;
            case "int4" -> Integer.MAX_VALUE;
            case "int8" -> Long.MAX_VALUE;
            default -> -1;
        };
        if (largest < 0) {
            return true;
        }
        if (digits.length() > 19) {
            return false;
        }
        // 19 digits fit an unsigned long, and the most negative number is one more than the largest.
        long value = Long.parseUnsignedLong(digits);
        return Long.compareUnsigned(value, negative ? largest + 1 : largest) <= 0;
    }

    private static String withoutZeros(String digits) {
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        return digits.substring(zeros);
    }

    static boolean isDecimal(String text, String type) {
        var number = text.strip();
        return switch (type) {
            case "numeric", "float4", "float8" ->
                !number.isEmpty() && number.chars().allMatch(Spelling::isInDecimal);
            default -> true;
        };
    }

    /** Says whether the text is a word for a truth value or the unmistakable beginning of one. */
    static boolean isBoolean(String text) {
        var word = text.strip().toLowerCase(Locale.ROOT);
        return !word.isEmpty() && !word.equals("o") && !word.contains(" ") && BOOLEANS.contains(" " + word);
    }

    /** Says whether the text has the 32 hexadecimal digits of a UUID and nothing but hyphens and braces besides. */
    static boolean isUuid(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128 && Character.digit(c, 16) >= 0) {
                digits++;
            } else if (c != '-' && c != '{' && c != '}') {
                return false;
            }
        }
        return digits == 32;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    // Digits, signs, points, and the letters of exponents, hexadecimal numbers, infinity and nan.
    private static boolean isInDecimal(int c) {
        return isDigit(c) || "+-._eExXoObBaAcCdDfFiInNtTyYpP".indexOf(c) >= 0;
    }
}
