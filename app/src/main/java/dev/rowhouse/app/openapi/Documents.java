package dev.rowhouse.app.openapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.app.admin.BaseUrls;
import dev.rowhouse.app.data.Admitted;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the documents of tenants and keeps them, one for each class of callers, until the catalog, the house or the name
 * changes. What a role may do is asked once for each, for it changes with none of these only by hand.
 */
public final class Documents {

    /** A document as it is sent. */
    record Written(byte[] bytes, String tag) {}

    private record Key(TenantId tenant, CallerClass callerClass) {}

    private record Kept(Catalog catalog, House house, String name, Written written) {

        // The same catalog is told at once; only after a change is there more to compare.
        boolean isOf(Resident resident, House current) {
            return house.equals(current)
                    && name.equals(resident.tenant().name())
                    && (catalog == resident.catalog() || catalog.equals(resident.catalog()));
        }
    }

    private static final long LARGEST_SUM = 16L * 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TAG_BYTES = 16;

    private final TenantDatabase database;
    private final BaseUrls baseUrls;
    private final Cache<Key, Kept> kept = Caffeine.newBuilder()
            .maximumWeight(LARGEST_SUM)
            .weigher((Key _, Kept document) -> document.written().bytes().length)
            .build();

    public Documents(TenantDatabase database, BaseUrls baseUrls) {
        this.database = database;
        this.baseUrls = baseUrls;
    }

    /** Emits the document of what the caller may use of its tenant. */
    Mono<Written> of(Admitted admitted) {
        var resident = admitted.resident();
        var house = Objects.requireNonNull(resident.tenant().house(), "an active tenant has a house");
        var key = new Key(resident.tenant().id(), admitted.callerClass());
        var known = kept.getIfPresent(key);
        if (known != null && known.isOf(resident, house)) {
            return Mono.just(known.written());
        }
        return offer(resident.catalog(), house, key.callerClass())
                .map(offer -> written(resident, offer))
                .doOnNext(written -> kept.put(
                        key,
                        new Kept(resident.catalog(), house, resident.tenant().name(), written)));
    }

    private Mono<Offer> offer(Catalog catalog, House house, CallerClass callerClass) {
        return switch (callerClass) {
            case SERVICE -> Mono.fromSupplier(() -> Offer.everything(catalog));
            case ANON, AUTHENTICATED -> rights(house, callerClass).map(rights -> Offer.within(catalog, rights));
        };
    }

    private Mono<Rights> rights(House house, CallerClass callerClass) {
        var question = Rights.question(house.schema(), house.id().role(callerClass));
        return database.read(house, Caller.ofKey(callerClass), question)
                .map(Documents::parsed)
                .collectList()
                .map(Rights::of);
    }

    private static JsonNode parsed(ByteBuf row) {
        try {
            var bytes = new byte[row.readableBytes()];
            row.readBytes(bytes);
            return JSON.readTree(bytes);
        } finally {
            row.release();
        }
    }

    private Written written(Resident resident, Offer offer) {
        var tenant = resident.tenant();
        var heading = new Document.Heading(tenant.name(), tenant.blueprint().version(), baseUrls.of(tenant.slug()));
        var bytes = JSON.writeValueAsBytes(Document.of(heading, offer));
        return new Written(bytes, tag(bytes));
    }

    static String tag(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
