package dev.rowhouse.app.data.limits;

import dev.rowhouse.platform.limits.Priority;

/**
 * What a request is going to use.
 *
 * @param steady whether how long it takes says something about its shard: what streams takes as long as its client
 */
public record Use(RouteClass route, Priority priority, boolean steady) {

    public static final Use READ = new Use(RouteClass.READ, Priority.NORMAL, true);

    /** A look at how something is done rather than at data. */
    public static final Use LOOK = new Use(RouteClass.READ, Priority.BACKGROUND, false);

    public static final Use WRITE = new Use(RouteClass.WRITE, Priority.CRITICAL, true);

    /** A function that only reads. */
    public static final Use CALL = new Use(RouteClass.CALL, Priority.NORMAL, true);

    /** A function that may write. */
    public static final Use WRITING_CALL = new Use(RouteClass.CALL, Priority.CRITICAL, true);

    public static final Use BULK = new Use(RouteClass.BULK, Priority.BACKGROUND, false);

    public static final Use EVENTS = new Use(RouteClass.EVENTS, Priority.NORMAL, false);

    /** Says whether it counts among the requests that run at a time; a stream that waits for events does not. */
    boolean isAtWork() {
        return route != RouteClass.EVENTS;
    }
}
