/** What is kept of the tenants' answers, seen from outside: two running instances, their PostgreSQL and their Redis. */
@NullMarked
package dev.rowhouse.app.caches;

import org.jspecify.annotations.NullMarked;
