package dev.rowhouse.local.vault;

import java.util.List;

/** An answer of Vault's that is no success: a status, and what its body lists under {@code errors}. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    final transient List<String> errors;

    Refusal(int status, String... errors) {
        super(status + " " + List.of(errors), null, false, false);
        this.status = status;
        this.errors = List.of(errors);
    }

    static Refusal denied() {
        return new Refusal(403, "1 error occurred:\n\t* permission denied\n\n");
    }

    static Refusal missing() {
        return new Refusal(404);
    }
}
