package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A selection while the parameters that speak of it, and of what it embeds, are being read. */
final class SelectionDraft {

    private final List<SelectItem> items;
    private final int maxRows;
    private final List<SelectionDraft> embedded = new ArrayList<>();
    private final Map<String, SelectionDraft> byName = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final List<Filter> filters = new ArrayList<>();
    private @Nullable List<OrderTerm> order;
    private @Nullable Long limit;
    private @Nullable Long offset;

    SelectionDraft(List<SelectItem> items, int maxRows) {
        this.items = items;
        this.maxRows = maxRows;
        for (var item : items) {
            if (item instanceof SelectItem.Embedded(var embedding)) {
                var draft = new SelectionDraft(embedding.selection().select(), maxRows);
                embedded.add(draft);
                byName.putIfAbsent(embedding.name(), draft);
                aliases.putIfAbsent(embedding.target(), embedding.name());
            }
        }
    }

    /** Returns the embedded selection that a parameter speaks of, by its alias or else its target; itself without a path. */
    SelectionDraft at(ParameterName parameter) {
        var draft = this;
        for (var segment : parameter.path()) {
            var next = draft.byName.get(segment.name());
            if (next == null) {
                throw draft.notEmbedded(
                        segment.name(),
                        "position " + (segment.position() + 1) + " of parameter '" + parameter.text() + "'");
            }
            draft = next;
        }
        return draft;
    }

    void filter(Filter filter) {
        filters.add(filter);
    }

    void order(ParameterName parameter, String value) {
        order = once(order, parameter.text(), OrderGrammar.terms(parameter.text(), value));
        for (var term : order) {
            if (term.embedding() != null && !byName.containsKey(term.embedding())) {
                throw notEmbedded(term.embedding(), "parameter '" + parameter.text() + "'");
            }
        }
    }

    void limit(ParameterName parameter, String value) {
        limit = once(limit, parameter.text(), PageGrammar.limit(parameter.text(), value, maxRows));
    }

    void offset(ParameterName parameter, String value) {
        offset = once(offset, parameter.text(), PageGrammar.offset(parameter.text(), value));
    }

    Selection selection() {
        var drafts = embedded.iterator();
        var select = items.stream()
                .map(item ->
                        item instanceof SelectItem.Embedded(var embedding) ? filled(embedding, drafts.next()) : item)
                .toList();
        return new Selection(select, filters, order == null ? List.of() : order, page());
    }

    static <T> T once(@Nullable T before, String parameter, T value) {
        if (before != null) {
            throw QueryError.malformed("PGRST100", "parameter '" + parameter + "' is given more than once", null);
        }
        return value;
    }

    private Page page() {
        return limit == null && offset == null
                ? Page.ALL
                : new Page(limit == null ? null : limit.intValue(), offset == null ? 0 : offset);
    }

    private static SelectItem filled(Embedding embedding, SelectionDraft draft) {
        return new SelectItem.Embedded(new Embedding(
                embedding.target(),
                embedding.alias(),
                embedding.hint(),
                embedding.join(),
                embedding.spread(),
                draft.selection()));
    }

    private QueryError notEmbedded(String name, String where) {
        var alias = aliases.get(name);
        var hint = alias == null
                ? "Verify that '" + name + "' is included in the 'select' query parameter."
                : "Use its alias '" + alias + "' in place of '" + name + "'.";
        return new QueryError(
                QueryError.Kind.MALFORMED,
                "PGRST108",
                "'" + name + "' is not an embedded resource in this request",
                where,
                hint);
    }
}
