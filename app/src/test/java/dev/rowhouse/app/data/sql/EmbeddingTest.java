package dev.rowhouse.app.data.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.sample.SampleHouse;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What embeddings answer, against a real database. */
class EmbeddingTest {

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
            films?select=title,directors(last_name)&id=lte.3&order=id | [{"title":"Pulp Fiction","directors":{"last_name":"Tarantino"}},{"title":"Reservoir Dogs","directors":{"last_name":"Tarantino"}},{"title":"Workers Leaving","directors":{"last_name":"Lumière"}}]
            films?select=title,directors(last_name)&id=eq.4 | [{"title":"Unknown Pleasures","directors":null}]
            films?select=d:directors(*)&id=eq.3 | [{"d":{"id":2,"first_name":"Louis","last_name":"Lumière"}}]
            directors?select=last_name,films(title)&order=id&films.order=year | [{"last_name":"Tarantino","films":[{"title":"Reservoir Dogs"},{"title":"Pulp Fiction"}]},{"last_name":"Lumière","films":[{"title":"Workers Leaving"}]},{"last_name":"Varda","films":[]},{"last_name":null,"films":[]}]
            directors?select=last_name,films(title)&id=eq.1&films.year=gt.1993 | [{"last_name":"Tarantino","films":[{"title":"Pulp Fiction"}]}]
            directors?select=id,films(id)&id=eq.1&films.order=id.desc&films.limit=1 | [{"id":1,"films":[{"id":2}]}]
            directors?select=id,films(id)&id=eq.1&films.order=id&films.offset=1 | [{"id":1,"films":[{"id":2}]}]
            directors?select=id,films(id)&id=eq.1&films.limit=0 | [{"id":1,"films":[]}]
            directors?select=id,films(id)&id=eq.1&films.or=(year.eq.1992,title.like.Pulp*)&films.order=id | [{"id":1,"films":[{"id":1},{"id":2}]}]
            films?select=id,actors(last_name)&id=lte.2&order=id&actors.order=last_name | [{"id":1,"actors":[{"last_name":"Roth"},{"last_name":"Thurman"},{"last_name":"Travolta"}]},{"id":2,"actors":[{"last_name":"Roth"}]}]
            actors?select=last_name,films(title)&films.order=year&id=eq.2 | [{"last_name":"Roth","films":[{"title":"Reservoir Dogs"},{"title":"Pulp Fiction"}]}]
            films?select=id,technical_specs(runtime)&order=id&id=in.(1,3) | [{"id":1,"technical_specs":{"runtime":"02:29:00"}},{"id":3,"technical_specs":null}]
            technical_specs?select=runtime,films(title)&film_id=eq.2 | [{"runtime":"01:39:00","films":{"title":"Reservoir Dogs"}}]
            actors?select=roles(character,films(title,year))&id=eq.1 | [{"roles":[{"character":"Vincent Vega","films":{"title":"Pulp Fiction","year":1994}}]}]
            films?select=id,roles(actors(last_name))&roles.actors.last_name=eq.Roth&roles.order=actor_id&id=eq.1 | [{"id":1,"roles":[{"actors":null},{"actors":{"last_name":"Roth"}},{"actors":null}]}]
            employees?select=name,employees(name)&id=eq.1&employees.order=id | [{"name":"Taylor","employees":[{"name":"Johnson"},{"name":"Miller"}]}]
            employees?select=name,boss:boss_id(name)&order=id | [{"name":"Taylor","boss":null},{"name":"Johnson","boss":{"name":"Taylor"}},{"name":"Miller","boss":{"name":"Taylor"}}]
            employees?select=name,staff:employees!boss_id(id)&id=eq.1&staff.order=id | [{"name":"Taylor","staff":[{"id":2},{"id":3}]}]
            orders?select=id,billing(city),shipping(city)&order=id | [{"id":1,"billing":{"city":"Bern"},"shipping":{"city":"Rome"}},{"id":2,"billing":{"city":"Bern"},"shipping":{"city":"Bern"}},{"id":3,"billing":{"city":"Rome"},"shipping":null}]
            orders?select=id,a:addresses!billing(city),b:shipping_address_id(city)&id=eq.1 | [{"id":1,"a":{"city":"Bern"},"b":{"city":"Rome"}}]
            orders?select=id,addresses!shipping_address_id(city)&id=eq.1 | [{"id":1,"addresses":{"city":"Rome"}}]
            addresses?select=city,orders!billing(id)&orders.order=id&order=id | [{"city":"Bern","orders":[{"id":1},{"id":2}]},{"city":"Rome","orders":[{"id":3}]}]
            films?select=id,actors!roles(id)&id=eq.2 | [{"id":2,"actors":[{"id":2}]}]
            directors?select=last_name,newest(title)&id=lte.3&order=id | [{"last_name":"Tarantino","newest":{"title":"Pulp Fiction"}},{"last_name":"Lumière","newest":{"title":"Workers Leaving"}},{"last_name":"Varda","newest":null}]
            films?select=id,peers(title)&id=eq.1 | [{"id":1,"peers":[{"title":"Unknown Pleasures"}]}]
            directors?select=id,newest(peers(id,directors(id)))&id=eq.1 | [{"id":1,"newest":{"peers":[{"id":4,"directors":null}]}}]
            directors?select=full_name,films(label)&id=eq.2 | [{"full_name":"Louis Lumière","films":[{"label":"Workers Leaving (1895)"}]}]
            directors?select=id,films!inner(id)&films.year=lt.1900 | [{"id":2,"films":[{"id":3}]}]
            directors?select=id,films!inner()&order=id | [{"id":1},{"id":2}]
            films?select=id,roles!inner(actors!inner(last_name))&roles.actors.last_name=eq.Thurman | [{"id":1,"roles":[{"actors":{"last_name":"Thurman"}}]}]
            directors?select=id,films(id)&films=is.null&order=id | [{"id":3,"films":[]},{"id":4,"films":[]}]
            directors?select=id,films()&films=not.is.null&order=id | [{"id":1},{"id":2}]
            directors?select=id,films()&films.year=eq.1895&films=not.is.null | [{"id":2}]
            films?select=id,actors(),directors()&or=(actors.is.null,directors.is.null)&order=id | [{"id":3},{"id":4}]
            films?select=id,act:actors(),dir:directors(),actors(last_name)&dir.first_name=eq.Louis&act.first_name=eq.Uma&or=(dir.not.is.null,act.not.is.null)&order=id&actors.order=id | [{"id":1,"actors":[{"last_name":"Travolta"},{"last_name":"Roth"},{"last_name":"Thurman"}]},{"id":3,"actors":[]}]
            directors?select=id,films()&films.offset=1&films=not.is.null | [{"id":1}]
            directors?select=id,films!inner()&films.limit=0 | []
            films?select=id,directors(last_name)&order=directors(last_name).desc.nullslast,id | [{"id":1,"directors":{"last_name":"Tarantino"}},{"id":2,"directors":{"last_name":"Tarantino"}},{"id":3,"directors":{"last_name":"Lumière"}},{"id":4,"directors":null}]
            films?select=id,technical_specs()&order=technical_specs(runtime).asc.nullsfirst,id&limit=3 | [{"id":3},{"id":4},{"id":2}]
            actors?select=id,roles(film_id,films())&id=eq.2&roles.order=films(year) | [{"id":2,"roles":[{"film_id":2},{"film_id":1}]}]
            films?select=title,...directors(first_name,name:last_name)&id=in.(3,4)&order=id | [{"title":"Workers Leaving","first_name":"Louis","name":"Lumière"},{"title":"Unknown Pleasures","first_name":null,"name":null}]
            films?select=id,actors:roles(character,...actors(last_name))&id=eq.2 | [{"id":2,"actors":[{"character":"Mr. Orange","last_name":"Roth"}]}]
            roles?select=character,...films(title,...directors(by:last_name))&actor_id=eq.1 | [{"character":"Vincent Vega","title":"Pulp Fiction","by":"Tarantino"}]
            directors?select=first_name,...films(titles:title,years:year)&films.order=year&order=id&id=lte.3 | [{"first_name":"Quentin","titles":["Reservoir Dogs","Pulp Fiction"],"years":[1992,1994]},{"first_name":"Louis","titles":["Workers Leaving"],"years":[1895]},{"first_name":"Agnès","titles":[],"years":[]}]
            directors?select=first_name,...films(titles:title,...technical_specs(runtimes:runtime),...roles(characters:character))&id=eq.1&films.order=year&films.roles.order=character | [{"first_name":"Quentin","titles":["Reservoir Dogs","Pulp Fiction"],"runtimes":["01:39:00","02:29:00"],"characters":[["Mr. Orange"],["Mia Wallace","Pumpkin","Vincent Vega"]]}]
            films?select=id,...actors(names:last_name)&actors.order=id&id=eq.1 | [{"id":1,"names":["Travolta","Roth","Thurman"]}]
            films?select=id,...directors!inner()&order=id | [{"id":1},{"id":2},{"id":3}]
            directors?select=id,...newest(title)&id=in.(1,3)&order=id | [{"id":1,"title":"Pulp Fiction"},{"id":3,"title":null}]
            directors?select=id,films(directors(films(id)))&id=eq.2 | [{"id":2,"films":[{"directors":{"films":[{"id":3}]}}]}]
            films?select=roles(actors())&id=eq.2 | [{}]
            films?select=*,director_id(id)&id=eq.99 | []
            """)
    void relatedRowsStandInTheirRows(String address, String expected) throws SQLException {
        requireAnswer(address, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            orders?select=amount.sum(),amount.avg()::int,n:amount.count(),amount.min(),amount.max() | [{"sum":22.00,"avg":7,"n":3,"min":4.50,"max":10.50}]
            orders?select=day,amount.sum()&order=day.desc | [{"day":"2024-01-02","sum":7.00},{"day":"2024-01-01","sum":15.00}]
            orders?select=count(),shipped:shipping_address_id.count(),day&order=day | [{"count":2,"shipped":2,"day":"2024-01-01"},{"count":1,"shipped":0,"day":"2024-01-02"}]
            orders?select=count | [{"count":3}]
            orders?select=c:count()::text | [{"c":"3"}]
            films?select=notes->won->>oscar::int.sum() | [{"sum":1}]
            orders?select=total:amount.sum()::text,d:day&order=day&limit=1 | [{"total":"15.00","d":"2024-01-01"}]
            orders?select=amount.sum(),billing(city)&amount=gt.5 | [{"sum":10.50,"billing":{"city":"Bern"}},{"sum":7.00,"billing":{"city":"Rome"}}]
            orders?select=amount.sum(),...billing(city)&order=billing(city).desc | [{"sum":7.00,"city":"Rome"},{"sum":15.00,"city":"Bern"}]
            directors?select=last_name,films(count(),year.max())&id=in.(1,3)&order=id | [{"last_name":"Tarantino","films":[{"count":2,"max":1994}]},{"last_name":"Varda","films":[{"count":0,"max":null}]}]
            addresses?select=city,orders!billing(amount.sum(),day)&orders.order=day&order=id | [{"city":"Bern","orders":[{"sum":15.00,"day":"2024-01-01"}]},{"city":"Rome","orders":[{"sum":7.00,"day":"2024-01-02"}]}]
            films?select=year,...directors(id.max(),count())&order=year | [{"year":1895,"max":2,"count":1},{"year":1992,"max":1,"count":1},{"year":1994,"max":1,"count":1}]
            roles?select=...films(year,...directors(id.min()))&order=films(year) | [{"year":1992,"min":1},{"year":1994,"min":1}]
            films?select=...directors(d:id,count())&order=directors(d).nullsfirst | [{"d":null,"count":0},{"d":1,"count":2},{"d":2,"count":1}]
            actors?select=id,roles(...films(year,count()))&id=eq.2&roles.order=films(year) | [{"id":2,"roles":[{"year":1992,"count":1},{"year":1994,"count":1}]}]
            films?select=tags,count()&order=tags | [{"tags":[],"count":1},{"tags":["crime"],"count":1},{"tags":["crime","cult"],"count":1},{"tags":null,"count":1}]
            films?select=facts,count()&id=in.(1,4) | [{"facts":{"a":{"b":[10,20]}},"count":1},{"facts":null,"count":1}]
            directors?select=actors:films(id)&id=eq.9 | []
            """)
    void rowsThatAgreeAreGrouped(String address, String expected) throws SQLException {
        requireAnswer(address, expected);
    }

    private static void requireAnswer(String address, String expected) throws SQLException {
        var parts = address.strip().split("[?]", 2);
        var rows = house.read(parts[0], parts[1]);
        var answer = JSON.readTree("[" + String.join(",", rows) + "]");
        assertThat(answer).isEqualTo(JSON.readTree(expected));
    }
}
