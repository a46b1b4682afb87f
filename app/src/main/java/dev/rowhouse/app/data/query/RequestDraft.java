package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.ParameterName.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the parameters of one request say. */
final class RequestDraft {

    private record Parameter(ParameterName name, String value) {}

    private final RequestKind kind;
    private final Set<String> argumentNames;
    private final Set<String> given = new HashSet<>();
    private final List<Entry<String, String>> arguments = new ArrayList<>();
    private final SelectionDraft selection;
    private @Nullable List<String> columns;
    private @Nullable List<String> onConflict;
    private @Nullable String after;

    RequestDraft(RequestKind kind, List<Entry<String, String>> parameters, Limits limits) {
        this(kind, parameters, limits, Set.of());
    }

    RequestDraft(RequestKind kind, List<Entry<String, String>> parameters, Limits limits, Set<String> argumentNames) {
        this.kind = kind;
        this.argumentNames = argumentNames;
        var others = new ArrayList<Parameter>();
        @Nullable List<SelectItem> select = null;
        // What is embedded has to be known before a parameter can speak of it.
        for (var parameter : parameters) {
            var name = ParameterName.of(parameter.getKey());
            var value = parameter.getValue();
            if (name.word() == Word.SELECT) {
                select = SelectionDraft.once(select, name.text(), SelectGrammar.items(value));
            } else {
                others.add(new Parameter(name, value));
                if (isPlainArgument(name, value)) {
                    given.add(name.operand().column());
                }
            }
        }
        selection = new SelectionDraft(select == null ? List.of() : select, limits.maxRows());
        others.forEach(this::read);
    }

    Selection selection() {
        return selection.selection();
    }

    List<Entry<String, String>> arguments() {
        return arguments;
    }

    List<String> columns() {
        return columns == null ? List.of() : columns;
    }

    List<String> onConflict() {
        return onConflict == null ? List.of() : onConflict;
    }

    @Nullable
    String after() {
        return after;
    }

    private void read(Parameter parameter) {
        var name = parameter.name();
        var value = parameter.value();
        if (isArgument(name, value)) {
            arguments.add(Map.entry(name.operand().column(), new ParameterText(name.text(), value).rest()));
            return;
        }
        var word = meant(name, value);
        if (name.path().isEmpty() && kind.refuses(word)) {
            throw kind.refusal(name);
        }
        var draft = selection.at(name);
        switch (word) {
            case ORDER -> draft.order(name, value);
            case LIMIT -> draft.limit(name, value);
            case OFFSET -> draft.offset(name, value);
            case AND, OR -> draft.filter(FilterGrammar.group(name.text(), word == Word.AND, name.negated(), value));
            case FILTER -> draft.filter(FilterGrammar.filter(name.text(), name.operand(), value));
            case COLUMNS ->
                columns = SelectionDraft.once(columns, name.text(), SelectGrammar.names(name.text(), value));
            case ON_CONFLICT ->
                onConflict = SelectionDraft.once(onConflict, name.text(), SelectGrammar.names(name.text(), value));
            case AFTER -> after = SelectionDraft.once(after, name.text(), new ParameterText(name.text(), value).rest());
            case SELECT -> throw new IllegalArgumentException(name.text());
        }
    }

    // A column may be called "after" as well, and no cursor looks like a test.
    private static Word meant(ParameterName name, String value) {
        return name.word() == Word.AFTER && FilterGrammar.isTest(value) ? Word.FILTER : name.word();
    }

    private boolean isArgument(ParameterName name, String value) {
        return isPlainArgument(name, value)
                || mayBeArgument(name)
                        && argumentNames.contains(name.operand().column())
                        && !given.contains(name.operand().column());
    }

    private boolean isPlainArgument(ParameterName name, String value) {
        return mayBeArgument(name) && !FilterGrammar.isTest(value);
    }

    private boolean mayBeArgument(ParameterName name) {
        return kind == RequestKind.CALL_BY_GET
                && (name.word() == Word.FILTER || name.word() == Word.AFTER)
                && name.path().isEmpty()
                && name.operand().path().isEmpty();
    }
}
