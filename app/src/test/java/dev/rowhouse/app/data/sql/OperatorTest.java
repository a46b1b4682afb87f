package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.sample.SampleHouse;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What operators, paths, casts and computed values answer, against a real database. */
class OperatorTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static SampleHouse house;

    @BeforeAll
    static void build() throws SQLException {
        house = SampleHouse.ofFilms();
    }

    @AfterAll
    static void close() throws SQLException {
        house.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            films?select=id&year=eq(any).{1994,1895}&order=id | [{"id":1},{"id":3},{"id":4}]
            films?select=id&year=gt(all).{1894,1992}&order=id | [{"id":1},{"id":4}]
            films?select=id&title=like(any).{Pulp*,*Dogs}&order=id | [{"id":1},{"id":2}]
            films?select=id&title=ilike(all).{*p*,*FICTION}&order=id | [{"id":1}]
            films?select=id&title=not.like(any).{Pulp*,*Dogs}&order=id | [{"id":3},{"id":4}]
            films?select=id&title=match.^[PR]&order=id | [{"id":1},{"id":2}]
            films?select=id&title=imatch.^p.*n$ | [{"id":1}]
            films?select=id&language=isdistinct.english&order=id | [{"id":3},{"id":4}]
            films?select=id&tags=cs.{crime}&order=id | [{"id":1},{"id":2}]
            films?select=id&tags=cd.{crime,x}&order=id | [{"id":2},{"id":3}]
            films?select=id&scores=ov.{9,1} | [{"id":1}]
            films?select=id&tags=eq.{} | [{"id":3}]
            films?select=id&shown=sl.[5,6) | [{"id":1}]
            films?select=id&shown=sr.[1,5) | [{"id":2}]
            films?select=id&shown=nxr.[1,5) | [{"id":1}]
            films?select=id&shown=nxl.[2,3)&order=id | [{"id":2}]
            films?select=id&shown=adj.[5,9) | [{"id":1}]
            films?select=id&shown=cs.[2,3) | [{"id":1}]
            films?select=id&shown=ov.[4,6)&order=id | [{"id":1},{"id":2}]
            films?select=id&notes=cs.{"seen":"yes"} | [{"id":1}]
            films?select=id&title=fts(simple).dog | []
            films?select=id&title=fts(english).dog | [{"id":2}]
            films?select=id&title=plfts(english).fiction pulp | [{"id":1}]
            films?select=id&title=phfts(english).pulp fiction | [{"id":1}]
            films?select=id&title=wfts(english).pulp -fiction | []
            films?select=id&title=not.wfts(english).pulp&order=id | [{"id":2},{"id":3},{"id":4}]
            films?select=id&notes=fts(simple).yes | [{"id":1}]
            films?select=oscar:notes->won->oscar,notes->>seen,notes->0&id=in.(1,4)&order=id | [{"oscar":1,"seen":"yes","notes":null},{"oscar":null,"seen":null,"notes":"x"}]
            films?select=id,facts->a->b->1&facts->a->b->>0=eq.10 | [{"id":1,"b":20}]
            films?select=shot_at->>city,shot_at->street&id=eq.1 | [{"city":"Los Angeles","street":"Main"}]
            films?select=tags->0,scores->>-1&id=eq.1 | [{"tags":"crime","scores":"8"}]
            films?select=id&shot_at->>city=eq.Lyon | [{"id":3}]
            films?select=id&notes->won->oscar=eq.1 | [{"id":1}]
            films?select=id&notes->won->oscar=gte.1 | [{"id":1}]
            films?select=id&notes->>seen=in.(yes,"no")&order=notes->>seen | [{"id":2},{"id":1}]
            films?select=id&notes->won=is.null&order=id | [{"id":3},{"id":4}]
            films?select=id&order=facts->a.desc.nullslast,id&limit=1 | [{"id":1}]
            films?select=id&order=notes->won->>oscar.asc.nullsfirst,id.desc | [{"id":4},{"id":3},{"id":2},{"id":1}]
            films?select=id&order=label.desc&limit=1 | [{"id":3}]
            films?select=label&label=like.*(1895) | [{"label":"Workers Leaving (1895)"}]
            films?select=year::text,rating::int,d:year::double precision&id=eq.1 | [{"year":"1994","rating":9,"d":1994}]
            films?select=genre::text,title::genre&id=eq.99 | []
            films?select=g:language::genre&id=eq.99 | []
            films?select=tint,id&tint=eq.#ff | [{"tint":"#ff","id":1}]
            films?select=id&tint=in.(#10,#ff)&order=id | [{"id":1},{"id":2}]
            films?select=id&tint=eq(any).{#10} | [{"id":2}]
            films?select=x:tint::int&id=eq.2 | [{"x":16}]
            films?select="we\\"ird",t&id=eq.1 | [{"we\\"ird":"Pulp Fiction","t":"x"}]
            films?select=genre&genre=eq.comedy | [{"genre":"comedy"}]
            films?select=genre&genre=in.(comedy)&genre=not.is.null | [{"genre":"comedy"}]
            """)
    void everyOperatorFindsWhatItsNameSays(String address, String expected) throws SQLException {
        var parts = address.strip().split("[?]", 2);

        var rows = house.read(parts[0], parts[1]);

        assertThat(JSON.readTree("[" + String.join(",", rows) + "]")).isEqualTo(JSON.readTree(expected));
    }
}
