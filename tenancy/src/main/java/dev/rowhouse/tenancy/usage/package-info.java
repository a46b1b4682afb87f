/**
 * What tenants use: requests, rows and storage of each tenant and day, and what the fleet has.
 *
 * <p>The truth is elsewhere: requests are counted by each process ({@link dev.rowhouse.tenancy.usage.RequestMeter}), storage is
 * sampled ({@link dev.rowhouse.tenancy.usage.StorageSampler}), rows are what Kafka's events tell. The {@link
 * dev.rowhouse.tenancy.usage.Projection}s are made of that, are kept up with it, and can be made anew from it at any time
 * ({@link dev.rowhouse.tenancy.usage.Projections}). Days are those of UTC.
 *
 * <p>Where Kafka no longer has the events of the first days, those days' rows are taken over as they are: a closed day is a
 * fact. What is written by relations without a journal, and how many rows a TRUNCATE takes, is not counted.
 */
@NullMarked
package dev.rowhouse.tenancy.usage;

import org.jspecify.annotations.NullMarked;
