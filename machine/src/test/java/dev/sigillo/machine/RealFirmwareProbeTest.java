package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The probe with real firmware, TPM and QEMU. */
@Tag("boots")
class RealFirmwareProbeTest extends RealEngine {
    private static final BootMode BOTH = new BootMode(true, true);

    @Test
    @DisplayName(
            "a firmware probe tells every event of PCR 0 to 7, replayed to the TPM's registers, and leaves nothing")
    void probe() throws IOException {
        FirmwareProbe probe = engine.firmwareProbe();
        assertThat(probe.known(SHAPE, BOTH, Accelerator.FIRMWARE, template)).isEmpty();
        long start = System.nanoTime();
        FirmwareReference learnt = probe.probe(SHAPE, BOTH, Accelerator.FIRMWARE, template);
        System.out.println("a probe took " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(learnt.events().stream().map(FirmwareReference.MeasuredEvent::component))
                .startsWith("firmware version", "firmware volume PEIFV", "firmware volume DXEFV", "variable SecureBoot")
                .contains("variable BootOrder", "Calling EFI Application from Boot Option")
                .endsWith("separator");
        assertThat(leftovers()).isEmpty();
        long again = System.nanoTime();
        assertThat(another().firmwareProbe().known(SHAPE, BOTH, Accelerator.FIRMWARE, template))
                .contains(learnt);
        System.out.println("a known answer took " + (System.nanoTime() - again) / 1_000_000 + " ms");
    }

    @Test
    @DisplayName("a device without ROM in a GPU's slot changes nothing that the firmware measures")
    void gpuSlot() throws IOException {
        FirmwareProbe probe = engine.firmwareProbe();
        Shape withGpu = new Shape(SHAPE.cpus(), SHAPE.memoryMib(), SHAPE.diskGib(), 1);
        FirmwareReference without = probe.probe(SHAPE, BOTH, Accelerator.FIRMWARE, template);
        FirmwareReference with = probe.probe(withGpu, BOTH, Accelerator.FIRMWARE, template);
        assertThat(with.events()).isEqualTo(without.events());
        assertThat(with.key()).isNotEqualTo(without.key());
    }

    @Test
    @DisplayName("what a started machine will measure is known for it once it has been probed")
    void ofAMachine() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        FirmwareProbe probe = engine.firmwareProbe();
        assertThat(probe.known(id)).isEmpty();
        FirmwareReference learnt = probe.probe(SHAPE, BOTH, Accelerator.FIRMWARE, template);
        assertThat(probe.known(id)).contains(learnt);
        assertThat(List.of(learnt.key().split("\n"))).contains("secure boot true");
        assertThat(Path.of(home.home().toString(), "firmware")).isNotEmptyDirectory();
    }
}
