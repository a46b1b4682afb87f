/** How this process speaks to Redis: clients that give up soon and never queue for a server that is away. */
@NullMarked
package dev.rowhouse.platform.redis;

import org.jspecify.annotations.NullMarked;
