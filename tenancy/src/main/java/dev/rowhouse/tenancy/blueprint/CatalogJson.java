package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.util.List;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How catalogs, files and warnings stand in the control database. */
final class CatalogJson {

    private static final TypeReference<List<SqlFile>> FILES = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    Catalog catalog(String json) {
        return mapper.readValue(json, Catalog.class);
    }

    List<SqlFile> files(String json) {
        return mapper.readValue(json, FILES);
    }

    List<String> texts(String json) {
        return mapper.readValue(json, TEXTS);
    }
}
