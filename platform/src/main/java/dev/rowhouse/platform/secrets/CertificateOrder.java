package dev.rowhouse.platform.secrets;

import java.time.Duration;
import java.util.List;

/**
 * What a certificate of this process is to say.
 *
 * @param role of the PKI engine, which says what may be asked for
 * @param alternativeNames hosts besides {@code commonName}
 * @param addresses IP addresses
 * @param life the role's longest where that is less
 */
public record CertificateOrder(
        String role, String commonName, List<String> alternativeNames, List<String> addresses, Duration life) {

    public CertificateOrder {
        alternativeNames = List.copyOf(alternativeNames);
        addresses = List.copyOf(addresses);
    }
}
