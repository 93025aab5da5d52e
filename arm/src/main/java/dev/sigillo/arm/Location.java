package dev.sigillo.arm;

/** A region: a name that requests may use, with what {@code az account list-locations} prints of it. */
public record Location(
        String name,
        String displayName,
        String geographyGroup,
        String geography,
        String physicalLocation,
        String latitude,
        String longitude) {}
