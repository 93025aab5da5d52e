package dev.sigillo.arm;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The regions: {@code locations.yaml}. */
public final class Locations {
    private final List<Location> all;
    private final String byDefault;

    private Locations(List<Location> all, String byDefault) {
        this.all = all;
        this.byDefault = byDefault;
    }

    public static Locations shipped() {
        try (InputStream in = Locations.class.getResourceAsStream("locations.yaml")) {
            if (in == null) {
                throw new IllegalStateException("locations.yaml is not in the jar: build Sigillo again");
            }
            Regions regions = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(in, Regions.class);
            return new Locations(List.copyOf(regions.locations), regions.byDefault);
        } catch (IOException e) {
            throw new IllegalStateException("locations.yaml cannot be read: " + e.getMessage(), e);
        }
    }

    public List<Location> all() {
        return all;
    }

    /** The region that Sigillo's own tools use when none is named. */
    public String byDefault() {
        return byDefault;
    }

    /**
     * The region's name for a name or display name in any case ({@code East US} is {@code eastus}).
     *
     * @throws ArmException LOCATION_NOT_AVAILABLE when there is none
     */
    public String require(String given, String resourceType) {
        String name = given.replace(" ", "").toLowerCase(Locale.ROOT);
        if (all.stream().noneMatch(location -> location.name().equals(name))) {
            throw ArmError.LOCATION_NOT_AVAILABLE.at(
                    "location",
                    "The provided location '%s' is not available for resource type '%s'. List of available regions for the resource type is '%s'.",
                    Fields.clip(given),
                    resourceType,
                    all.stream().map(Location::name).collect(Collectors.joining(",")));
        }
        return name;
    }

    private record Regions(@JsonProperty("default") String byDefault, List<Location> locations) {}
}
