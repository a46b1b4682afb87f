package dev.rowhouse.app.events;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.crypto.Seal;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Makes the ids of a tenant's events and knows its own again: a position in the journal of a house, sealed. */
final class EventIds {

    private static final int MARK = 16;
    private static final int NUMBERS = Long.BYTES + Integer.BYTES;

    /** What an id says: everything up to {@code position} in the journal of the house had been sent at that time. */
    record Place(HouseId house, long position, Instant at) {}

    private final Seal seal;
    private final Clock clock;

    private EventIds(Seal seal, Clock clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** @param secret of the installation */
    static EventIds of(String secret, Clock clock) {
        return new EventIds(Seal.of(secret).forPurpose("event id"), clock);
    }

    /** Returns the ids of one tenant; it takes nobody else's for its own. */
    EventIds of(TenantId tenant) {
        return new EventIds(seal.forPurpose(tenant.toString()), clock);
    }

    String id(HouseId house, long position) {
        var content = content(house, position);
        var id = ByteBuffer.allocate(MARK + content.length)
                .put(seal.mark(content))
                .put(content);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.array());
    }

    /** Returns what the id says; a {@link Problem} if it is none of this tenant's. */
    Place read(String id) {
        try {
            var bytes = Base64.getUrlDecoder().decode(id);
            if (bytes.length > MARK + NUMBERS) {
                var content = Arrays.copyOfRange(bytes, MARK, bytes.length);
                if (seal.isMark(Arrays.copyOf(bytes, MARK), content)) {
                    return place(content);
                }
            }
        } catch (IllegalArgumentException _) {
            throw refused();
        }
        throw refused();
    }

    private static Place place(byte[] content) {
        var numbers = ByteBuffer.wrap(content);
        var position = numbers.getLong();
        var at = Instant.ofEpochSecond(numbers.getInt());
        var house = new String(content, NUMBERS, content.length - NUMBERS, StandardCharsets.US_ASCII);
        return new Place(new HouseId(house), position, at);
    }

    private byte[] content(HouseId house, long position) {
        var name = house.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(NUMBERS + name.length)
                .putLong(position)
                .putInt((int) clock.instant().getEpochSecond())
                .put(name)
                .array();
    }

    private static Problem refused() {
        return Problem.of(ProblemType.INVALID_REQUEST, "Last-Event-ID is no id of this tenant's events")
                .withHint("send an id as a stream gave it, or none to begin now");
    }
}
