package dev.rowhouse.checked;

import dev.rowhouse.platform.messaging.EventId;
import dev.rowhouse.platform.messaging.TopicReader;
import dev.rowhouse.tenancy.journal.Change;
import dev.rowhouse.tenancy.relay.Relay;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.json.JsonMapper;

/** What is in the topic, as far as it is committed. */
final class Published {

    private final List<CheckedHouse> houses;

    Published(List<CheckedHouse> houses) {
        this.houses = houses;
    }

    /** Returns every copy of every event, in the order of each row. */
    List<Told> read(String bootstrapServer) {
        return TopicReader.all(bootstrapServer, CheckedProduct.TOPIC_PREFIX + Relay.TOPIC).stream()
                .map(this::told)
                .toList();
    }

    private Told told(ConsumerRecord<String, String> record) {
        var headers = TopicReader.headers(record);
        var data = JsonMapper.shared().readTree(record.value());
        var id = headers.get("ce_id");
        return new Told(
                id,
                new RowName(
                        tenant(headers.get("ce_source"), EventId.of(id).stream()),
                        data.get("relation").stringValue(),
                        data.get("key").get("id").stringValue()),
                change(headers.get("ce_type")),
                Told.image(data.get("before")),
                Told.image(data.get("after")));
    }

    // An event that says it is of one tenant and comes from another's house is of neither.
    private String tenant(String source, String house) {
        return houses.stream()
                .filter(known -> source.equals("/t/" + known.tenant())
                        && house.equals(known.id().value()))
                .map(CheckedHouse::tenant)
                .findFirst()
                .orElse(source + " from " + house);
    }

    private static Change change(String type) {
        return Arrays.stream(Change.values())
                .filter(change -> change.eventType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
