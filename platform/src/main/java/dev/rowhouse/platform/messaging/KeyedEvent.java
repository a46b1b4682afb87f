package dev.rowhouse.platform.messaging;

import java.util.function.Supplier;

/**
 * An event to be published.
 *
 * @param key events of one key arrive in the order they were sent in
 * @param reference what goes out instead if the event is larger than a record may be: says where to look
 */
public record KeyedEvent(String key, Event event, Supplier<Event> reference) {}
