package dev.rowhouse.app.data.query;

/** {@code operand = name}. */
final class OperandGrammar {

    private OperandGrammar() {}

    static Operand operand(ParameterText text) {
        var name = text.name();
        if (text.looksAt("->")) {
            throw text.expected("a plain column: paths into JSON are not supported");
        }
        return Operand.of(name);
    }
}
