package dev.sigillo.kubernetes;

/** One entry of a Node's {@code spec.taints}; {@code value} may be empty, {@code effect} is as Kubernetes spells it. */
public record Taint(String key, String value, String effect) {}
