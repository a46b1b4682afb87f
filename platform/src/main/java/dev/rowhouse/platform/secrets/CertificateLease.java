package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.background.BackgroundWork;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The certificate of this process: another takes its place when two thirds of its life are over, and is asked for until it is
 * there. What cannot be replaced serves to its end.
 */
public final class CertificateLease {

    private static final Logger log = LoggerFactory.getLogger(CertificateLease.class);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    // Of its life: what is left once it is to be replaced is enough for some tries.
    private static final int PAUSE_PART = 50;

    private record Held(IssuedCertificate issued, Instant since, Duration life) {
        Instant replaceAt() {
            return since.plus(life.dividedBy(3).multipliedBy(2));
        }
    }

    private final VaultCertificates certificates;
    private final CertificateOrder order;
    private final InstantSource clock = InstantSource.system();
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private volatile @Nullable SecretsError trouble;
    private volatile Instant notBefore = Instant.MIN;

    public CertificateLease(VaultCertificates certificates, CertificateOrder order) {
        this.certificates = certificates;
        this.order = order;
    }

    /** Emits the first certificate, or fails with what Vault says. */
    public Mono<IssuedCertificate> first() {
        return certificates.issue(order).doOnNext(this::hold);
    }

    /** Begins to replace it in time; {@code taker} gets each one that follows the first. */
    public void start(BackgroundWork background, Consumer<IssuedCertificate> taker) {
        background.repeat("certificate from Vault", LOOK, Mono.defer(() -> keep(taker)));
    }

    /** Returns when the present certificate ends; the beginning of time where there is none yet. */
    public Instant until() {
        var known = held.get();
        return known == null ? Instant.MIN : known.issued().until();
    }

    /** Says whether there is a certificate whose end has not come. */
    public boolean isValid() {
        return clock.instant().isBefore(until());
    }

    /** Returns which part of the certificate's life is left: 1 when it was just issued, 0 from its end on. */
    public double lifeLeft() {
        var known = held.get();
        if (known == null || known.life().toMillis() <= 0) {
            return 0;
        }
        var left = Duration.between(clock.instant(), known.issued().until());
        return Math.max(0, (double) left.toMillis() / known.life().toMillis());
    }

    /** Returns why it could not be replaced when that was last tried, or null. */
    public @Nullable SecretsError trouble() {
        return trouble;
    }

    private Mono<Void> keep(Consumer<IssuedCertificate> taker) {
        var known = held.get();
        var now = clock.instant();
        if (known == null || now.isBefore(known.replaceAt()) || now.isBefore(notBefore)) {
            return Mono.empty();
        }
        return certificates
                .issue(order)
                .doOnNext(taker)
                .doOnNext(this::hold)
                .doOnError(SecretsError.class, error -> failed(known, error))
                .then();
    }

    private void hold(IssuedCertificate next) {
        var now = clock.instant();
        trouble = null;
        held.set(new Held(next, now, Duration.between(now, next.until())));
        log.info("certificate {} of {} serves until {}", next.serial(), order.commonName(), next.until());
    }

    private void failed(Held known, SecretsError error) {
        var pause = known.life().dividedBy(PAUSE_PART);
        trouble = error;
        notBefore = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }
}
