package dev.rowhouse.app.data.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.sample.Sample;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses that the dialect's reference documentation gives as examples, section by section. */
class ReferenceExamplesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            age=lt.13 | where age LT '13'
            age=gte.18&student=is.true | where age GTE '18' & student IS TRUE
            a=in.(1,2,3) | where a IN ['1', '2', '3']
            a=in.("hi,there","yes,you") | where a IN ['hi,there', 'yes,you']
            a=neq.1 | where a NEQ '1'
            a=isdistinct.1 | where a ISDISTINCT '1'
            a=match.^a.*b$ | where a MATCH '^a.*b$'
            a=imatch.^a | where a IMATCH '^a'
            tags=cs.{example, new} | where tags CS '{example, new}'
            values=cd.{1,2,3} | where values CD '{1,2,3}'
            period=ov.[2017-01-01,2017-06-30] | where period OV '[2017-01-01,2017-06-30]'
            arr=ov.{1,3} | where arr OV '{1,3}'
            range=sl.(1,10) | where range SL '(1,10)'
            range=sr.(1,10) | where range SR '(1,10)'
            range=nxr.(1,10) | where range NXR '(1,10)'
            range=nxl.(1,10) | where range NXL '(1,10)'
            range=adj.(1,10) | where range ADJ '(1,10)'
            a=is.unknown&b=is.NOT_NULL&c=is.Null&d=is.false | where a IS UNKNOWN & b IS NOT_NULL & c IS NULL & d IS FALSE
            or=(age.lt.18,age.gt.21) | where (age LT '18' or age GT '21')
            a=not.eq.2 | where NOT a EQ '2'
            not.and=(a.gte.0,a.lte.100) | where NOT (a GTE '0' & a LTE '100')
            grade=gte.90&or=(age.eq.14,not.and(age.gte.11,age.lte.17)) | where grade GTE '90' & (age EQ '14' or NOT (age GTE '11' & age LTE '17'))
            or=(age_range.adj."[18,21)",age_range.cs."[30,35]") | where (age_range ADJ '[18,21)' or age_range CS '[30,35]')
            last_name=like(any).{O*,P*} | where last_name LIKE ANY '{O*,P*}'
            last_name=like(all).{O*,*n} | where last_name LIKE ALL '{O*,*n}'
            or=(id.eq(any).{1,2},id.not.gt(all).{3,4}) | where (id EQ ANY '{1,2}' or NOT id GT ALL '{3,4}')
            my_tsv=fts(french).amusant | where my_tsv FTS french 'amusant'
            my_tsv=plfts.The Fat Cats | where my_tsv PLFTS 'The Fat Cats'
            my_tsv=not.phfts(english).The Fat Cats | where NOT my_tsv PHFTS english 'The Fat Cats'
            my_tsv=not.wfts(french).amusant | where NOT my_tsv WFTS french 'amusant'
            select=first_name,age | show first_name, age
            select=fullName:full_name,birthDate:birth_date | show full_name NAMED fullName, birth_date NAMED birthDate
            select=id,json_data->>blood_type,json_data->phones | show id, json_data/~blood_type, json_data/phones
            select=id,json_data->phones->0->>number | show id, json_data/phones[0]/~number
            select=id,json_data->blood_type&json_data->>blood_type=eq.A- | show id, json_data/blood_type; where json_data/~blood_type EQ 'A-'
            select=id,json_data->age&json_data->age=gt.20 | show id, json_data/age; where json_data/age GT '20'
            select=id,json_data->age&order=json_data->>age.desc | show id, json_data/age; by json_data/~age DESC
            select=id,location->>lat,primary_language:languages->0&location->lat=gte.19 | show id, location/~lat, languages[0] NAMED primary_language; where location/lat GTE '19'
            select=full_name,salary::text | show full_name, salary AS text
            order=age.desc,height.asc | by age DESC, height ASC
            order=age | by age
            order=age.nullsfirst | by age NULLS FIRST
            order=age.desc.nullslast | by age DESC NULLS LAST
            order=location->>lat | by location/~lat
            limit=15&offset=30 | rows 30+15
            """)
    void tablesAndViews(String query, String shape) {
        assertThat(shape(query)).isEqualTo(shape);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            select=title,directors(id,last_name) | show title, EMBED directors {show id, last_name}
            select=title,director:directors(id,last_name) | show title, EMBED directors NAMED director {show id, last_name}
            select=name,billing_address:addresses!billing(name),shipping_address:addresses!shipping(name) | show name, EMBED addresses BY billing NAMED billing_address {show name}, EMBED addresses BY shipping NAMED shipping_address {show name}
            select=a:b!left!hint(*),c!hint!inner(*) | show EMBED b BY hint NAMED a {show *}, EMBED c BY hint INNER {show *}
            select=bo_date,films(title)&gross_revenue=gte.1000000 | show bo_date, EMBED films {show title}; where gross_revenue GTE '1000000'
            select=roles(character,films(title,year)) | show EMBED roles {show character, EMBED films {show title, year}}
            select=*,actors(*)&actors.order=last_name,first_name | show *, EMBED actors {show *; by last_name, first_name}
            select=*,roles(*)&roles.character=in.(Chico,Harpo,Groucho) | show *, EMBED roles {show *; where character IN ['Chico', 'Harpo', 'Groucho']}
            select=*,roles(*)&roles.or=(character.eq.Gummo,character.eq.Zeppo) | show *, EMBED roles {show *; where (character EQ 'Gummo' or character EQ 'Zeppo')}
            select=*,roles(*)&roles.not.and=(a.eq.1) | show *, EMBED roles {show *; where NOT (a EQ '1')}
            select=*,actors(*)&actors.limit=10&actors.offset=2 | show *, EMBED actors {show *; rows 2+10}
            select=*,90_comps:competitions(name),91_comps:competitions(name)&90_comps.year=eq.1990&91_comps.year=eq.1991 | show *, EMBED competitions NAMED 90_comps {show name; where year EQ '1990'}, EMBED competitions NAMED 91_comps {show name; where year EQ '1991'}
            roles.actors.order=last_name&roles.actors.first_name=like.*Tom*&select=*,roles(*,actors(*)) | show *, EMBED roles {show *, EMBED actors {show *; where first_name LIKE '*Tom*'; by last_name}}
            select=title,actors!inner(first_name,last_name)&actors.first_name=eq.Jehanne | show title, EMBED actors INNER {show first_name, last_name; where first_name EQ 'Jehanne'}
            select=title,actors(*)&actors=not.is.null | show title, EMBED actors {show *}; where NOT actors IS NULL
            select=title,nominations()&nominations=is.null | show title, EMBED nominations {show nothing}; where nominations IS NULL
            select=title,actors(*),directors(*)&or=(actors.is.null,directors.is.null) | show title, EMBED actors {show *}, EMBED directors {show *}; where (actors IS NULL or directors IS NULL)
            select=title,act:actors(),actors(first_name)&act.first_name=eq.John&or=(act.not.is.null) | show title, EMBED actors NAMED act {show nothing; where first_name EQ 'John'}, EMBED actors {show first_name}; where (NOT act IS NULL)
            select=title,directors(last_name)&order=directors(last_name).desc | show title, EMBED directors {show last_name}; by directors OF last_name DESC
            select=title,...directors(director_last_name:last_name)&title=like.*Workers* | show title, SPREAD directors {show last_name NAMED director_last_name}; where title LIKE '*Workers*'
            select=title,actors:roles(character,...actors(first_name,last_name)) | show title, EMBED roles NAMED actors {show character, SPREAD actors {show first_name, last_name}}
            select=id,clients(json_col->key)&order=clients(json_col->key).desc.nullsfirst | show id, EMBED clients {show json_col/key}; by clients OF json_col/key DESC NULLS FIRST
            select=a(data->0)&a.data->0=eq.1&a.data->>x.y=eq.2 | PGRST100
            """)
    void resourceEmbedding(String query, String shape) {
        if (shape.startsWith("PGRST")) {
            assertThat(RefusalsTest.refusal(query).code()).isEqualTo(shape);
        } else {
            assertThat(shape(query)).isEqualTo(shape);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            select=amount.sum() | show SUM(amount)
            select=total_amount:amount.sum(),avg_amount:amount.avg(),q:quantity.max() | show SUM(amount) NAMED total_amount, AVG(amount) NAMED avg_amount, MAX(quantity) NAMED q
            select=count(),observation_count:observation.count(),order_date | show COUNT(rows), COUNT(observation) NAMED observation_count, order_date
            select=count | show count
            select=n:count()::text | show COUNT(rows) AS text NAMED n
            select=order_details->tax_amount::numeric.sum() | show SUM(order_details/tax_amount AS numeric)
            select=amount.avg()::int | show AVG(amount) AS int
            select=x:amount::float8.min()::double precision | show MIN(amount AS float8) AS double precision NAMED x
            select=amount.sum(),customers(name) | show SUM(amount), EMBED customers {show name}
            select=name,orders(amount.sum(),order_date) | show name, EMBED orders {show SUM(amount), order_date}
            select=order_date,...customers(subscription_date.max(),subscription_date.min()) | show order_date, SPREAD customers {show MAX(subscription_date), MIN(subscription_date)}
            """)
    void aggregateFunctions(String query, String shape) {
        assertThat(shape(query)).isEqualTo(shape);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            Unit Price=lt.200 | where Unit Price LT '200'
            name=in.("Hebdon,John","Williams,Mary") | where name IN ['Hebdon,John', 'Williams,Mary']
            "information.cpe"=like.*MS* | where information.cpe LIKE '*MS*'
            name=in.("Quote:\\"","Backslash:\\\\") | where name IN ['Quote:"', 'Backslash:\\']
            موارد=eq.1 | where موارد EQ '1'
            identifier-with-dashes=eq.1&123=eq.2&_=eq.3&$=eq.4 | where identifier-with-dashes EQ '1' & 123 EQ '2' & _ EQ '3' & $ EQ '4'
            "order"=eq.1&"limit"=eq.2&"and"=eq.3&"select"=eq.4 | where order EQ '1' & limit EQ '2' & and EQ '3' & select EQ '4'
            select="*",":",a->!@#$%^&order=data->>a-b.asc,data->"x.y".desc,data->-1,data->1a | show *, :, a/!@#$%^; by data/~a-b ASC, data/x.y DESC, data[-1], data/1a
            after=gt.2020-01-01 | where after GT '2020-01-01'
            select= | show nothing
            """)
    void addresses(String query, String shape) {
        assertThat(shape(query)).isEqualTo(shape);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', nullValues = "-", textBlock = """
            a=1&b=2 | [a=1, b=2] | -
            arr={1,2,3,4} | [arr={1,2,3,4}] | -
            v=1&v=2&v=3&v=4 | [v=1, v=2, v=3, v=4] | -
            select=title,director:directors(*) | [] | show title, EMBED directors NAMED director {show *}
            rating=gt.8&order=title.desc | [] | where rating GT '8'; by title DESC
            customer_id=232&from_date=2018-07-01 | [customer_id=232, from_date=2018-07-01] | -
            a=1&a=gt.8 | [a=1] | where a GT '8'
            a=is.it | [a=is.it] | -
            unknown=x.y&b= | [unknown=x.y, b=] | -
            b=equals&v=eq&arr=like(some).x | [b=equals, v=eq, arr=like(some).x] | -
            after=2020&limit=3&d(1)=x | PGRST100 | -
            after=2020&limit=3&data->x=eq.1 | [after=2020] | where data/x EQ '1'; rows 0+3
            """)
    void functionsByGet(String query, String arguments, String shape) {
        if (arguments.startsWith("PGRST")) {
            assertThat(RefusalsTest.refusal(() -> call(query)).code()).isEqualTo(arguments);
        } else {
            assertThat(call(query).arguments()).hasToString(arguments);
            assertThat(QueryShape.of(call(query).selection())).isEqualTo(shape == null ? "" : shape);
        }
    }

    private static CallQuery call(String query) {
        return QueryParser.call(
                "fn", Set.of("a", "b", "v", "arr"), true, Sample.parameters(query), List.of(), null, Limits.STANDARD);
    }

    private static String shape(String query) {
        return QueryShape.of(
                QueryParser.read("thing", Sample.parameters(query), List.of()).selection());
    }
}
