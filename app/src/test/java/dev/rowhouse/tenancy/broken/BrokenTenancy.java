package dev.rowhouse.tenancy.broken;

import dev.rowhouse.tenancy.catalog.BrokenCycle;
import org.springframework.boot.SpringApplication;
import org.springframework.http.HttpStatus;

/** Knows HTTP and the wiring, and forms a cycle with its neighbour. */
public record BrokenTenancy(HttpStatus status, SpringApplication application, BrokenCycle cycle) {}
