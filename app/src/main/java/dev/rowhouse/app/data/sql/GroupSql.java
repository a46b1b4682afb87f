package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.CastType;
import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what becomes of groups of rows, which stand in the row source {@value #GROUPS} with their columns numbered. */
final class GroupSql {

    static final String GROUPS = "g";

    private GroupSql() {}

    /** Adds the columns of the groups, named as in the answer or {@code c1}, {@code c2} and so on. */
    static void members(List<Member> members, boolean isNamed, SqlText text) {
        for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            member(i, member, text.separated(i, ", "));
            text.words(" AS ");
            if (isNamed) {
                text.name(member.name());
            } else {
                text.words("c").number(i + 1);
            }
        }
    }

    /** Adds {@code GROUP BY}, if there is anything to group by. */
    static void by(List<Member> members, SqlText text) {
        var separator = " GROUP BY ";
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i) instanceof Member.Plain) {
                column(i, text.words(separator));
                separator = ", ";
            }
        }
    }

    /** Adds the column of the member at a position, from 0. */
    static void column(int position, SqlText text) {
        text.words(GROUPS + ".c").number(position + 1);
    }

    private static void member(int i, Member member, SqlText text) {
        switch (member) {
            case Member.Plain _ -> column(i, text);
            case Member.Folded(var _, var aggregate, var cast, var _) -> {
                column(i, text.words(words(aggregate)).words("("));
                cast(cast, text.words(")"));
            }
            case Member.Counted(var _, var cast) -> cast(cast, text.words("count(*)"));
        }
    }

    private static void cast(@Nullable CastType cast, SqlText text) {
        if (cast != null) {
            ExpressionSql.cast(cast, text);
        }
    }

    private static String words(Aggregate aggregate) {
        return switch (aggregate) {
            case COUNT -> "count";
            case SUM -> "sum";
            case AVG -> "avg";
            case MIN -> "min";
            case MAX -> "max";
        };
    }
}
