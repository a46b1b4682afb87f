package dev.rowhouse.app.events;

import dev.rowhouse.app.data.Admitted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one client sees of its house's changes, relation by relation. */
final class Sights {

    private final Question question;
    private final Admitted admitted;
    private final Visibility visibility;
    private final Map<String, Optional<Sight>> known = new HashMap<>();

    Sights(Question question, Admitted admitted, Visibility visibility) {
        this.question = question;
        this.admitted = admitted;
        this.visibility = visibility;
    }

    /** Completes if the client may read what it names, or fails as a read would. */
    Mono<Void> require() {
        return Flux.fromIterable(question.relations().keySet())
                .mapNotNull(this::sight)
                .concatMap(visibility::require)
                .then();
    }

    /** Emits what is seen of the page, in order. */
    Mono<List<Seen>> of(HousePage page) {
        var relations = page.relations();
        return relations.size() == 1
                ? of(page, relations.getFirst())
                : Flux.fromIterable(relations)
                        .concatMap(relation -> of(page, relation))
                        .collect(ArrayList<Seen>::new, List::addAll)
                        .map(seen -> {
                            seen.sort(Comparator.comparingLong(Seen::position));
                            return seen;
                        });
    }

    private Mono<List<Seen>> of(HousePage page, String relation) {
        var sight = sight(relation);
        return sight == null ? Mono.just(List.of()) : visibility.of(page, sight);
    }

    private @Nullable Sight sight(String relation) {
        return known.computeIfAbsent(
                        relation,
                        name -> Optional.ofNullable(question.sight(
                                name, admitted.resident().catalog(), admitted.caller(), admitted.limits())))
                .orElse(null);
    }
}
