package dev.rowhouse.app.events;

import java.time.Duration;

/**
 * How streams are kept.
 *
 * @param beat how often it is looked whether a client may still listen; a change of that is seen within it and the time that
 *     residents take
 * @param silence after which a client is sent a sign of life
 * @param kept how long the journals keep every change at least
 */
public record StreamSettings(Duration beat, Duration silence, Duration kept) {}
