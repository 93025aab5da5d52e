package dev.sigillo.reconcile;

import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Match;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.FirmwareReference;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import dev.sigillo.machine.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a machine must have measured: the image's part computed from its files, and the firmware's part (PCR 0, 1, 2, 3
 * and 6) learnt from a probe of the same shape. Each combination is put together once.
 */
final class References {
    /** The PCRs that the firmware fills alone; the others hold what the image's files determine. */
    private static final List<Integer> FIRMWARE_PCRS = List.of(0, 1, 2, 3, 6);

    private record Key(String image, BootMode boot, Shape shape) {}

    private final Host host;
    private final Map<Key, CompletableFuture<ReferenceManifest>> known = new ConcurrentHashMap<>();

    References(Host host) {
        this.host = host;
    }

    /** Takes seconds the first time a shape is asked for. */
    ReferenceManifest of(String imageVersion, BootMode boot, Shape shape) {
        Key key = new Key(imageVersion, boot, shape);
        CompletableFuture<ReferenceManifest> mine = new CompletableFuture<>();
        CompletableFuture<ReferenceManifest> first = known.putIfAbsent(key, mine);
        if (first != null) {
            return first.join();
        }
        try {
            mine.complete(compute(key));
        } catch (RuntimeException e) {
            known.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
        return mine.join();
    }

    private ReferenceManifest compute(Key key) {
        NodeImage image = host.images().find(key.image()).orElseThrow();
        FirmwareReference firmware = host.probe()
                .probe(
                        key.shape(),
                        key.boot(),
                        image.firmwareCode(),
                        image.varstore(key.boot().secureBoot()));
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
            pcrs.add(new PcrReference(pcr, Match.SEQUENCE, events));
        }
        return image.manifest(key.boot().secureBoot(), key.boot().vtpm()).withFirmware(pcrs);
    }
}
