/**
 * Looks at the installation as a whole, now and then, and tells metrics what it sees.
 *
 * <p>Every instance looks by itself: what nobody does any more must be seen by somebody. What all of them see alike, as it is in
 * the control database, is to be taken as the maximum over the instances. Nothing here changes anything.
 */
@NullMarked
package dev.rowhouse.tenancy.watch;

import org.jspecify.annotations.NullMarked;
