package dev.sigillo.arm;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The size catalogue: {@code sizes.yaml}. Names compare without regard to case. */
public final class Sizes {
    private final List<Size> all;
    private final Size byDefault;
    private final int gpus;

    private Sizes(List<Size> all, Size byDefault, int gpus) {
        this.all = all;
        this.byDefault = byDefault;
        this.gpus = gpus;
    }

    /** The catalogue that Sigillo ships, on a host that hands no GPU to machines. */
    public static Sizes shipped() {
        try (InputStream in = Sizes.class.getResourceAsStream("sizes.yaml")) {
            if (in == null) {
                throw new IllegalStateException("sizes.yaml is not in the jar: build Sigillo again");
            }
            return read(in);
        } catch (IOException e) {
            throw new IllegalStateException("sizes.yaml cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads a catalogue; an unknown key, a missing default or two entries of one name stop it. */
    public static Sizes read(InputStream yaml) {
        Catalogue catalogue = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build()
                .readValue(yaml, Catalogue.class);
        List<Size> sizes = catalogue.sizes.stream().map(Entry::size).toList();
        long names =
                sizes.stream().map(size -> ArmId.key(size.name())).distinct().count();
        if (names != sizes.size()) {
            throw new IllegalArgumentException("the size catalogue names one size twice");
        }
        Size byDefault = sizes.stream()
                .filter(size -> size.name().equals(catalogue.byDefault))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the size catalogue's default " + catalogue.byDefault + " is not in it"));
        return new Sizes(sizes, byDefault, 0);
    }

    /** The same catalogue on a host that hands so many GPUs to machines. */
    public Sizes withGpus(int declared) {
        return new Sizes(all, byDefault, declared);
    }

    /** Whether a machine of the size can be made on this host, when nothing else is. */
    public boolean canRun(Size size) {
        return size.here().isPresent() && size.gpus() <= gpus;
    }

    public List<Size> all() {
        return all;
    }

    public Size byDefault() {
        return byDefault;
    }

    public Optional<Size> find(String name) {
        return all.stream().filter(size -> ArmId.same(size.name(), name)).findFirst();
    }

    private record Catalogue(@JsonProperty("default") String byDefault, List<Entry> sizes) {}

    private record Entry(
            String name,
            String family,
            int cores,
            int memoryGiB,
            int resourceDiskGiB,
            int maxDataDisks,
            @Nullable Integer ephemeralGiB,
            Map<String, String> azure,
            Size.@Nullable Here here) {
        Size size() {
            return new Size(
                    name,
                    family,
                    cores,
                    memoryGiB,
                    resourceDiskGiB,
                    maxDataDisks,
                    Optional.ofNullable(ephemeralGiB),
                    Map.copyOf(azure),
                    Optional.ofNullable(here));
        }
    }
}
