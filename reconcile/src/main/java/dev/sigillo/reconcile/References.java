package dev.sigillo.reconcile;

import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.FirmwareProbe;
import dev.sigillo.machine.FirmwareReference;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import dev.sigillo.machine.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine must measure: the image's part computed from its files, and the firmware's part (PCR 0, 1, 2, 3 and 6)
 * learnt from a probe of the same shape, which keeps its answers.
 */
final class References {
    /** The PCRs that the firmware fills alone; the others hold what the image's files determine. */
    private static final List<Integer> FIRMWARE_PCRS = List.of(0, 1, 2, 3, 6);

    private final FirmwareProbe probe;

    References(FirmwareProbe probe) {
        this.probe = probe;
    }

    /** The manifest as the store keeps it. Takes seconds the first time a shape is asked for. */
    String json(NodeImage image, BootMode boot, Shape shape) {
        FirmwareReference firmware = probe.probe(shape, boot, image.firmwareCode(), image.varstore(boot.secureBoot()));
        return ManifestJson.write(image.manifest(boot.secureBoot(), boot.vtpm()).withFirmware(pcrs(firmware)))
                .utf8();
    }

    private static List<PcrReference> pcrs(FirmwareReference firmware) {
        List<PcrReference> pcrs = new ArrayList<>();
        for (int pcr : FIRMWARE_PCRS) {
            List<ExpectedEvent> events = new ArrayList<>();
            for (MeasuredEvent event : firmware.events()) {
                if (event.pcr() == pcr) {
                    events.add(new ExpectedEvent(
                            event.type(),
                            new Digest(HashAlgorithm.SHA256, event.sha256()),
                            event.component(),
                            Origin.PROBED));
                }
            }
            pcrs.add(new PcrReference(pcr, events));
        }
        return pcrs;
    }
}
