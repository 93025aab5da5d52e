package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host's PCI devices as the kernel lists them: two GPUs, one with its sound in the same IOMMU group, behind a bridge. */
class GpusTest {
    private static final String GPU = "0000:01:00.0";
    private static final String SOUND = "0000:01:00.1";
    private static final String OTHER = "0000:02:00.0";

    @TempDir
    private Path sys;

    @BeforeEach
    void devices() throws IOException {
        device(GPU, "0x030200", "vfio-pci", 12);
        device(SOUND, "0x040300", "vfio-pci", 12);
        device("0000:00:01.0", "0x060400", "pcieport", 12);
        device(OTHER, "0x030000", "vfio-pci", 13);
    }

    private Path list() {
        return sys.resolve("bus/pci/devices");
    }

    private void device(String address, String deviceClass, String driver, int group) throws IOException {
        Path device = Files.createDirectories(list().resolve(address));
        Files.writeString(device.resolve("class"), deviceClass + "\n");
        Path members = Files.createDirectories(sys.resolve("kernel/iommu_groups/" + group + "/devices"));
        Files.createSymbolicLink(members.resolve(address), device);
        Files.createSymbolicLink(device.resolve("iommu_group"), members.getParent());
        bind(address, driver);
    }

    private void bind(String address, String driver) throws IOException {
        Path link = list().resolve(address).resolve("driver");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Files.createDirectories(sys.resolve("bus/pci/drivers/" + driver)));
    }

    private static MachineRecord with(List<String> gpus) {
        return EngineUnitsTest.record(new MachineId("m-aaaaaaaaaa"), 1, gpus);
    }

    @Test
    @DisplayName("a GPU belongs to one machine as long as there is a record of it; when none is left that is said")
    void oneMachineEach() {
        Gpus gpus = Gpus.of(GPU + ", " + OTHER, list());
        assertThat(gpus.free(1, List.of())).containsExactly(GPU);
        assertThat(gpus.free(1, List.of(with(List.of(GPU))))).containsExactly(OTHER);
        assertThat(gpus.free(0, List.of(with(List.of(GPU, OTHER))))).isEmpty();
        assertThatThrownBy(() -> gpus.free(2, List.of(with(List.of(GPU)))))
                .isInstanceOf(MachineException.class)
                .hasMessage("2 GPUs are asked for, and 1 of the 2 that SIGILLO_GPUS declares are free");
    }

    @Test
    @DisplayName("QEMU gets VFIO's device node and that of the GPU's IOMMU group")
    void nodes() throws IOException {
        Gpus gpus = Gpus.of(GPU, list());
        assertThat(gpus.nodes(List.of(GPU)))
                .containsExactlyInAnyOrder(Path.of("/dev/vfio/vfio"), Path.of("/dev/vfio/12"));
        assertThat(gpus.nodes(List.of())).isEmpty();
    }

    @Test
    @DisplayName("what shares the IOMMU group must be VFIO's too, or the machine would reach it")
    void wholeGroup() throws IOException {
        bind(SOUND, "snd_hda_intel");
        assertThatThrownBy(() -> Gpus.of(GPU, list()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SOUND + " shares the IOMMU group of " + GPU)
                .hasMessageContaining("snd_hda_intel")
                .hasMessageContaining("driverctl set-override " + SOUND);
        bind(GPU, "nvidia");
        bind(SOUND, "vfio-pci");
        assertThatThrownBy(() -> Gpus.of(GPU, list())).hasMessageContaining("bound to nvidia");
    }

    @Test
    @DisplayName("without an IOMMU no GPU is handed to anybody")
    void withoutIommu() throws IOException {
        Files.delete(list().resolve(GPU).resolve("iommu_group"));
        assertThatThrownBy(() -> Gpus.of(GPU, list())).hasMessageContaining("intel_iommu=on");
    }

    @ParameterizedTest
    @DisplayName("a list that is none, a device twice, one that is not there: the start is refused and says why")
    @ValueSource(
            strings = {"01:00.0", "0000:01:00.0,", "0000:01:00.0,0000:01:00.0", "../../../etc", "0000:09:00.0", "all"})
    void noList(String list) {
        assertThatThrownBy(() -> Gpus.of(list, list()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SIGILLO_GPUS")
                .hasMessageContaining("lspci -D");
    }

    @Test
    @DisplayName("nothing declared is no GPU; a record from before there were any has none")
    void none() {
        assertThat(Gpus.of("", list()).addresses()).isEmpty();
        String before = Json.text(with(List.of())).replace(",\"gpus\":0", "").replace("\"gpus\":[],", "");
        assertThat(before).doesNotContain("gpus");
        assertThat(Json.parse(before, MachineRecord.class)).isEqualTo(with(List.of()));
    }
}
