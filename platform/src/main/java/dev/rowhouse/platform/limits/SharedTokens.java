package dev.rowhouse.platform.limits;

import java.util.concurrent.CompletionStage;

/** The tokens that all instances spend together. */
interface SharedTokens {

    /**
     * What was drawn.
     *
     * @param tokens at most what was asked for
     * @param left how many were left for others
     */
    record Drawn(long tokens, long left) {}

    /** Says whether drawing makes sense now; false as soon as it has failed, until it is known to work again. */
    boolean isThere();

    /** Takes up to {@code tokens} of those that {@code rate} lets come in under {@code key}. Never throws. */
    CompletionStage<Drawn> draw(String key, Rate rate, long tokens);
}
