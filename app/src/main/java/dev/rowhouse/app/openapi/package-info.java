/**
 * Tells a tenant's callers what they can call: an OpenAPI 3.1 document of exactly this tenant, and a page that shows it.
 *
 * <p>The document is made of the tenant's catalog, its own columns included, as far as the caller's role may use what is
 * in it ({@link dev.rowhouse.app.openapi.Offer}). It is made once and kept as bytes until the catalog changes ({@link
 * dev.rowhouse.app.openapi.Documents}). The page is the same for every address: it knows no tenant until someone gives it a
 * key.
 */
@NullMarked
package dev.rowhouse.app.openapi;

import org.jspecify.annotations.NullMarked;
