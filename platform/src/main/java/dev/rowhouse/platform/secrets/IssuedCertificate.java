package dev.rowhouse.platform.secrets;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate that Vault has made for whoever asked, and its key.
 *
 * @param chain itself, and then those between it and its root, which is not among them
 */
public record IssuedCertificate(List<X509Certificate> chain, PrivateKey key) {

    public IssuedCertificate {
        chain = List.copyOf(chain);
    }

    /** Returns when it ends. */
    public Instant until() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** Returns its serial number as Vault writes it. */
    public String serial() {
        return HexFormat.ofDelimiter(":")
                .formatHex(chain.getFirst().getSerialNumber().toByteArray());
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "IssuedCertificate[" + serial() + ", until " + until() + "]";
    }
}
