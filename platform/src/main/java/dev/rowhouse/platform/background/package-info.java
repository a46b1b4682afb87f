/**
 * Work that outlives the request that asked for it. The only place that subscribes.
 */
@NullMarked
package dev.rowhouse.platform.background;

import org.jspecify.annotations.NullMarked;
