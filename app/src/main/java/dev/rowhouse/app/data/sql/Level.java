package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.EmbeddedPlan;
import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.app.data.plan.Grouping;
import dev.rowhouse.app.data.plan.Output;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.plan.Sort;
import dev.rowhouse.app.data.plan.Source;
import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One {@code SELECT} of a statement: the rows of one source with what is embedded in them. */
final class Level {

    /** Spread rows that stand beside the level's own. */
    private record Beside(String alias, EmbeddedPlan embedding, Level level) {}

    /** A value of a related row by which the level's rows are ordered. */
    private record Ordering(String alias, Expression.Related related) {}

    private final RowsPlan plan;
    private final Place place;
    private final Scope row;
    private final Page page;
    private final SqlText text;
    private final List<Beside> spreads = new ArrayList<>();
    private final List<Ordering> orderings = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    private Level(RowsPlan plan, Place place, Page page, SqlText text) {
        this.plan = plan;
        this.place = place;
        this.row = place.row();
        this.page = page;
        this.text = text;
        plan.outputs().forEach(this::add);
        for (var sort : plan.order()) {
            if (!plan.grouped() && sort.value() instanceof Expression.Related related) {
                orderings.add(new Ordering(text.alias("o"), related));
            }
        }
    }

    /** Returns the level of rows that stand in no others. */
    static Level outermost(RowsPlan plan, SqlText text) {
        return new Level(plan, new Place.Alone(Scope.outermost(plan.source())), plan.page(), text);
    }

    /** Returns the level of rows that stand in each row of {@code parent}. */
    static Level within(EmbeddedPlan embedding, Scope parent, SqlText text) {
        return new Level(embedding.rows(), Place.Within.of(embedding, parent, text), RowsSql.page(embedding), text);
    }

    /** Adds the {@code SELECT}, its columns named as in the answer. */
    void named() {
        if (plan.grouped()) {
            groups(true);
        } else if (isWholeRow()) {
            text.words("SELECT ").words(row.alias()).words(".*");
            rest();
        } else {
            text.words("SELECT ");
            for (int i = 0; i < members.size(); i++) {
                var member = members.get(i);
                value(member, text.separated(i, ", "));
                if (!isFieldOfThatName(i, member.name())) {
                    text.words(" AS ").name(member.name());
                }
            }
            rest();
        }
    }

    /**
     * Adds the {@code SELECT} of a level that is not grouped, of two columns: {@code body}, the row as one value, and
     * {@code keys}, the values it is ordered by, as an array of texts.
     */
    void keyed() {
        text.words("SELECT ");
        if (isWholeRow()) {
            // As an argument it is one value, and no column can be meant, whatever its name.
            text.words("coalesce(").words(row.alias()).words(".*)");
        } else {
            text.words("(SELECT coalesce(r.*) FROM (SELECT ");
            for (int i = 0; i < members.size(); i++) {
                value(members.get(i), text.separated(i, ", "));
                text.words(" AS ").name(members.get(i).name());
            }
            text.words(") AS r)");
        }
        text.words(" AS body, json_build_array(");
        var order = plan.order();
        for (int i = 0; i < order.size(); i++) {
            sortValue(order.get(i), text.separated(i, ", ").words("("));
            text.words(")::").type(Expression.TEXT);
        }
        text.words(") AS keys");
        rest();
    }

    /** Adds the {@code SELECT}, its columns named {@code c1}, {@code c2} and so on. */
    void numbered() {
        if (plan.grouped()) {
            groups(false);
        } else {
            raw(false);
            order();
            page(page, text);
        }
    }

    /** Says whether the answer is the relation's row as it is. */
    boolean isWholeRow() {
        var columns = plan.source().relation().columns();
        var outputs = plan.outputs();
        if (!(plan.source() instanceof Source.Table) || outputs.size() != columns.size()) {
            return false;
        }
        for (int i = 0; i < outputs.size(); i++) {
            var column = columns.get(i);
            if (!outputs.get(i).equals(new Output.Value(new Expression.Field(column), column.name()))) {
                return false;
            }
        }
        return true;
    }

    /** Adds everything behind the columns of a level that is not grouped. */
    void rest() {
        from();
        order();
        page(page, text);
    }

    /** Adds everything behind the columns without what is spread and without the page. */
    void ordered() {
        source();
        order();
    }

    /** Adds {@code FROM} and {@code WHERE} without what is spread. */
    void source() {
        place.from(text);
        place.where(plan.condition(), text);
    }

    private void from() {
        place.from(text);
        for (var spread : spreads) {
            text.words(" LEFT JOIN LATERAL (");
            RowsSql.spread(spread.embedding(), spread.level(), text);
            text.words(") AS ").words(spread.alias()).words(" ON true");
        }
        for (var ordering : orderings) {
            text.words(" LEFT JOIN LATERAL (");
            RowsSql.relatedValue(ordering.related(), row, text);
            text.words(") AS ").words(ordering.alias()).words(" ON true");
        }
        place.where(plan.condition(), text);
    }

    List<Member> members() {
        return members;
    }

    private void groups(boolean isNamed) {
        GroupSql.members(members, isNamed, text.words("SELECT "));
        text.words(" FROM (");
        raw(true);
        text.words(") AS " + GroupSql.GROUPS);
        GroupSql.by(members, text);
        order();
        page(page, text);
    }

    /** @param comparable whether {@code json} is to become what can be grouped by */
    private void raw(boolean comparable) {
        text.words("SELECT ");
        for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            value(member, text.separated(i, ", "));
            if (comparable && member instanceof Member.Plain(var _, var json, var _) && json) {
                text.words("::").type(Expression.JSONB);
            }
            text.words(" AS ");
            number(i);
        }
        from();
    }

    private void number(int i) {
        text.words("c").number(i + 1);
    }

    private static void value(Member member, SqlText text) {
        switch (member) {
            case Member.Plain(var _, var _, var value) -> value.accept(text);
            case Member.Folded(var _, var _, var _, var value) -> value.accept(text);
            // Where there is no related row there is none to count.
            case Member.Counted _ -> text.words("true");
        }
    }

    // PostgreSQL names a column's value after the column.
    private boolean isFieldOfThatName(int i, String name) {
        return spreads.isEmpty()
                && plan.outputs().get(i) instanceof Output.Value(Expression.Field(var column), var _)
                && column.name().equals(name);
    }

    private void add(Output output) {
        switch (output) {
            case Output.Value(var value, var name) ->
                members.add(new Member.Plain(name, isJson(value.type()), expression(value)));
            case Output.Aggregated(var aggregate, var value, var cast, var name) ->
                members.add(new Member.Folded(name, aggregate, cast, expression(value)));
            case Output.Counted(var cast, var name) -> members.add(new Member.Counted(name, cast));
            case Output.Embedded(var embedding) ->
                members.add(
                        new Member.Plain(embedding.name(), true, target -> RowsSql.embedded(embedding, row, target)));
            case Output.Spread(var embedding) -> spread(embedding);
        }
    }

    private void spread(EmbeddedPlan embedding) {
        var beside = new Beside(text.alias("e"), embedding, within(embedding, row, text));
        spreads.add(beside);
        var inner = beside.level().members();
        for (int i = 0; i < inner.size(); i++) {
            var number = i + 1;
            Consumer<SqlText> value =
                    target -> target.words(beside.alias()).words(".c").number(number);
            boolean many = !embedding.isToOne();
            members.add(
                    switch (inner.get(i)) {
                        case Member.Plain(var name, var json, var _) -> new Member.Plain(name, many || json, value);
                        case Member.Folded(var name, var aggregate, var cast, var _) ->
                            new Member.Folded(name, aggregate, cast, value);
                        case Member.Counted(var name, var cast) ->
                            new Member.Folded(name, Aggregate.COUNT, cast, value);
                    });
        }
    }

    private Consumer<SqlText> expression(Expression value) {
        return target -> ExpressionSql.write(value, row, target);
    }

    private void order() {
        var order = plan.order();
        for (int i = 0; i < order.size(); i++) {
            var sort = order.get(i);
            text.words(i == 0 ? " ORDER BY " : ", ");
            if (plan.grouped()) {
                GroupSql.column(Grouping.values(plan.outputs()).indexOf(Optional.of(sort.value())), text);
            } else {
                sortValue(sort, text);
            }
            direction(sort, text);
        }
    }

    private void sortValue(Sort sort, SqlText target) {
        if (sort.value() instanceof Expression.Related related) {
            target.words(ordering(related)).words(".c1");
        } else {
            ExpressionSql.write(sort.value(), row, target);
        }
    }

    private String ordering(Expression.Related related) {
        for (var ordering : orderings) {
            if (ordering.related().equals(related)) {
                return ordering.alias();
            }
        }
        throw new IllegalStateException("no value to order by was joined");
    }

    private static void direction(Sort sort, SqlText text) {
        if (sort.direction() != null) {
            text.words(sort.direction() == Direction.ASC ? " ASC" : " DESC");
        }
        if (sort.nulls() != null) {
            text.words(sort.nulls() == Nulls.FIRST ? " NULLS FIRST" : " NULLS LAST");
        }
    }

    // The limit stands in the text: PostgreSQL guesses a bound one as a tenth of the table, and then plans a page by
    // key anew at every execution, which takes longer than reading it. An offset is guessed likewise, but is rarely
    // there.
    static void page(Page page, SqlText text) {
        if (page.limit() != null) {
            text.words(" LIMIT ").number(page.limit());
        }
        if (page.offset() > 0) {
            text.words(" OFFSET ").value(Long.toString(page.offset()), "int8");
        }
    }

    private static boolean isJson(ColumnType type) {
        return type.category() == Category.JSON;
    }
}
