package dev.rowhouse.tenancy;

/** Who caused a change, as history tells it: {@code operator:…}, {@code tenant:…} or {@code system:…}. */
public record Actor(String value) {

    @Override
    public String toString() {
        return value;
    }
}
