package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;

/** {@code select = item {"," item}}, {@code item = "*" | [alias ":"] operand}. */
final class SelectGrammar {

    private SelectGrammar() {}

    static List<SelectItem> items(String value) {
        var text = new ParameterText("select", value);
        text.skipSpaces();
        if (text.atEnd()) {
            return List.of();
        }
        var items = new ArrayList<SelectItem>();
        do {
            text.skipSpaces();
            items.add(item(text));
            text.skipSpaces();
        } while (text.take(','));
        text.requireEnd();
        return items;
    }

    /** Reads {@code columns}: names only. */
    static List<String> names(String value) {
        var text = new ParameterText("columns", value);
        var names = new ArrayList<String>();
        do {
            text.skipSpaces();
            names.add(text.name());
            text.skipSpaces();
        } while (text.take(','));
        text.requireEnd();
        return names;
    }

    private static SelectItem item(ParameterText text) {
        if (text.take('*')) {
            return new SelectItem.All();
        }
        int start = text.position();
        var alias = text.name();
        if (!text.looksAt("::") && text.take(':')) {
            text.skipSpaces();
            return SelectItem.Single.of(OperandGrammar.operand(text), alias);
        }
        text.backTo(start);
        return SelectItem.Single.of(OperandGrammar.operand(text), null);
    }
}
