package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sample.Films;
import dev.rowhouse.app.data.sample.OwnWords;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.app.data.sample.SampleHouse;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatementPropertiesTest {

    private static final HouseId HOUSE = new HouseId("abcdefghijklmnop");

    private static final List<String> ADDRESSES = List.of(
            "select=title,directors(last_name,newest(id)),actors!inner(*)&actors.last_name=eq.Roth&order=directors(last_name).desc,id",
            "select=id,...directors(first_name,name:last_name),...roles(character,...actors(last_name))&roles.order=character&limit=3",
            "select=year.max(),rating.avg()::int,...directors(last_name,count())&order=directors(last_name)",
            "select=notes->won->>oscar,facts->a->b->0,tags->-1,shot_at->>city,x:year::text,label&notes->>seen=in.(yes,\"no\")",
            "select=*,peers(title,technical_specs(runtime))&peers.technical_specs=not.is.null&peers.order=year&peers.limit=2",
            "select=id,actors(),directors()&or=(actors.is.null,and(directors.not.is.null,year.gt.1900))&directors.first_name=like.*ou*",
            "year=eq(any).{1,2}&title=like(all).{a*,*b}&title=imatch.^a&language=isdistinct.x&tags=cs.{a}&shown=adj.[1,2)&tint=eq.x",
            "title=fts(english).dog&words=wfts.cat&notes=plfts(simple).x&not.or=(genre.eq.drama,scores.ov.{1})&order=tint,facts->a");

    private static final List<String> PIECES = List.of(
            "\"",
            "'",
            "\\",
            ";",
            "--",
            "/*",
            "$1",
            "$",
            "(",
            ")",
            ",",
            ".",
            ":",
            "::",
            "->",
            "->>",
            "!",
            "*",
            "{",
            "}",
            "=",
            " ",
            "ä",
            "\uD83D\uDE00",
            "\n",
            "'; DROP TABLE films; --",
            "\"\"",
            "id",
            "films",
            "directors",
            "roles",
            "is.null",
            "count()",
            "sum()",
            "...",
            "int",
            "not.",
            "any",
            "or",
            "0",
            "-1",
            "E'",
            "::regclass",
            "pg_catalog.",
            "title",
            "limit",
            "\0",
            "->\"\"");

    private final Random random = new Random(11);

    @Test
    void whateverTheAddressIsItsStatementHasOwnWordsOnlyOrThereIsAnError() {
        int written = 0;
        int refusedByPlan = 0;
        for (int i = 0; i < 120_000; i++) {
            var parameters = parameters(ADDRESSES.get(i % ADDRESSES.size()), i % 3);
            try {
                var query = QueryParser.read("films", parameters, List.of(i % 4 == 0 ? "count=exact" : ""));
                var plan = Planner.read(query, Films.CATALOG, CallerClass.ANON);
                OwnWords.require(SqlWriter.read(plan, HOUSE.schema(), HOUSE.role(CallerClass.ANON))
                        .statement());
                written++;
            } catch (QueryError e) {
                refusedByPlan += e.code().equals("PGRST100") ? 0 : 1;
            }
        }
        assertThat(written).isGreaterThan(30_000);
        assertThat(refusedByPlan).isGreaterThan(10_000);
    }

    @Test
    void whateverTheAddressIsPostgresTakesItsStatementAndRefusesOnlyValues() throws SQLException {
        int answered = 0;
        try (var house = SampleHouse.ofFilms()) {
            for (int i = 0; i < 4_000; i++) {
                var parameters = parameters(ADDRESSES.get(i % ADDRESSES.size()), i % 3);
                try {
                    var query = QueryParser.read("films", parameters, List.of(i % 4 == 0 ? "count=exact" : ""));
                    var plan = Planner.read(query, Films.CATALOG, CallerClass.SERVICE);
                    house.rows(SqlWriter.read(plan, house.schema(), new RoleName("postgres"))
                            .statement());
                    answered++;
                } catch (QueryError e) {
                    assertThat(e.code()).isNotEmpty();
                } catch (SQLException e) {
                    assertThat(e.getSQLState())
                            .as(e.getMessage() + " for " + parameters)
                            .matches("22...|42883|42846|42704|21000");
                }
            }
        }
        assertThat(answered).isGreaterThan(800);
    }

    private List<Entry<String, String>> parameters(String address, int mutations) {
        var parameters = new ArrayList<Entry<String, String>>(Sample.parameters(address));
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(parameters.size());
            var parameter = parameters.get(at);
            parameters.set(
                    at,
                    random.nextInt(4) == 0
                            ? Map.entry(mutated(parameter.getKey()), parameter.getValue())
                            : Map.entry(parameter.getKey(), mutated(parameter.getValue())));
        }
        return parameters;
    }

    private String mutated(String text) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(4));
        return text.substring(0, from) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(to);
    }
}
