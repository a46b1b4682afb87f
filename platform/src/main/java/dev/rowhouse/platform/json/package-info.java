/** JSON of the database's own, passed on as it stands. */
@NullMarked
package dev.rowhouse.platform.json;

import org.jspecify.annotations.NullMarked;
