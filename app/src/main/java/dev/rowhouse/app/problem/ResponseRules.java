package dev.rowhouse.app.problem;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a tenant's own code may decide of an answer. Several tenants can share a host, so nothing that frames the message,
 * and nothing that speaks for the host beyond this one answer.
 */
public final class ResponseRules {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]{0,4096}");
    private static final int FIRST_FINAL = 200;
    private static final int LAST = 599;

    private static final Set<String> FRAMING = Set.of(
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "te",
            "trailer",
            "upgrade",
            "date",
            "server",
            "traceparent",
            "x-request-id");

    private static final Set<String> OF_THE_HOST = Set.of(
            "set-cookie",
            "set-cookie2",
            "clear-site-data",
            "strict-transport-security",
            "public-key-pins",
            "service-worker-allowed",
            "alt-svc",
            "nel",
            "report-to",
            "reporting-endpoints");

    private ResponseRules() {}

    /** Says whether it ends a request, which informational ones do not. */
    public static boolean isStatus(int status) {
        return status >= FIRST_FINAL && status <= LAST;
    }

    /** Says whether the header is well named and not one that only the server gives. */
    public static boolean isGivable(String name) {
        var known = name.toLowerCase(Locale.ROOT);
        return NAME.matcher(name).matches() && !FRAMING.contains(known) && !OF_THE_HOST.contains(known);
    }

    /** Says whether it can stand in one line, whatever it says. */
    public static boolean isValue(String value) {
        return VALUE.matcher(value).matches();
    }
}
