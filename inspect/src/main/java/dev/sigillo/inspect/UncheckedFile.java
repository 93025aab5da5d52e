package dev.sigillo.inspect;

/** What should have been looked at and could not be. */
public record UncheckedFile(String path, String why) {}
