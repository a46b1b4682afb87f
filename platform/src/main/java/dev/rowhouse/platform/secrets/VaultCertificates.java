package dev.rowhouse.platform.secrets;

import io.github.jopenlibs.vault.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A PKI engine of Vault: certificates for services, each with a key that Vault makes and does not keep. */
public final class VaultCertificates {

    private final VaultServer vault;
    private final String mount;

    VaultCertificates(VaultServer vault, String mount) {
        this.vault = vault;
        this.mount = mount;
    }

    /** Lets Vault make a certificate. A second try may make a second one, which nobody uses and which ends. */
    public Mono<IssuedCertificate> issue(CertificateOrder order) {
        var path = mount + "/issue/" + order.role();
        return vault.ask(VaultRequest.write(path, body(order)))
                .map(answer -> issued(path, VaultAnswers.object(path, answer, "data")));
    }

    private static Map<String, Object> body(CertificateOrder order) {
        var body = new HashMap<String, Object>();
        body.put("common_name", order.commonName());
        body.put("ttl", order.life().toSeconds() + "s");
        // The default, which differs from one type of key to the next, is nothing that the JDK reads.
        body.put("private_key_format", "pkcs8");
        if (!order.alternativeNames().isEmpty()) {
            body.put("alt_names", String.join(",", order.alternativeNames()));
        }
        if (!order.addresses().isEmpty()) {
            body.put("ip_sans", String.join(",", order.addresses()));
        }
        return body;
    }

    private static IssuedCertificate issued(String path, JsonObject data) {
        try {
            var chain = new ArrayList<X509Certificate>();
            chain.add(certificate(VaultAnswers.text(path, data, "certificate")));
            for (var text : authorities(data)) {
                var authority = certificate(text);
                // Whoever trusts the root has it.
                if (!authority.getSubjectX500Principal().equals(authority.getIssuerX500Principal())) {
                    chain.add(authority);
                }
            }
            return new IssuedCertificate(
                    chain,
                    key(
                            VaultAnswers.text(path, data, "private_key_type"),
                            VaultAnswers.text(path, data, "private_key")));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SecretsError.Unreadable(path, "the answer has no certificate with its key");
        }
    }

    // Not there for a certificate that the root itself has signed, before Vault 1.11.
    private static List<String> authorities(JsonObject data) {
        var listed = data.get("ca_chain");
        var texts = new ArrayList<String>();
        if (listed != null && listed.isArray()) {
            listed.asArray().forEach(text -> texts.add(text.asString()));
        }
        return texts;
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String type, String pem) throws GeneralSecurityException {
        var bytes = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        var algorithm = type.equals("ed25519") ? "Ed25519" : type.equals("ec") ? "EC" : "RSA";
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }
}
