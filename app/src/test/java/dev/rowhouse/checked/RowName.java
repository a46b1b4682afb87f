package dev.rowhouse.checked;

/** A row of all tenants' rows. */
record RowName(String tenant, String relation, String key) {

    @Override
    public String toString() {
        return tenant + "/" + relation + "/" + key;
    }
}
