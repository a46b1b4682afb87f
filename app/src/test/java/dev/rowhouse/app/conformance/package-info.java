/** The PostgREST reference as a table of requests and answers, run against the application. */
@NullMarked
package dev.rowhouse.app.conformance;

import org.jspecify.annotations.NullMarked;
