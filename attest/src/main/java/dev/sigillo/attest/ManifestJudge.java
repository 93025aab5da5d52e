package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a manifest says enough to judge by. One that is silent about a PCR must not let anything through. */
final class ManifestJudge {

    private ManifestJudge() {}

    static Finding judge(ReferenceManifest manifest) {
        List<String> missing = new ArrayList<>();
        for (Check check : Check.values()) {
            Optional<Integer> pcr = check.comparedPcr().filter(index -> !manifest.untouched(index));
            if (pcr.isPresent()
                    && manifest.pcr(pcr.get())
                            .filter(one -> !one.events().isEmpty())
                            .isEmpty()) {
                missing.add("PCR " + pcr.get());
            }
        }
        for (PcrReference pcr : manifest.pcrs()) {
            boolean stub = manifest.unified() && Pcrs.isOfStub(pcr.pcr());
            if (!stub && (Pcrs.hasNoLog(pcr.pcr()) || (pcr.pcr() > 9 && pcr.pcr() != 14))) {
                missing.add("a use for its PCR " + pcr.pcr());
            }
        }
        if (!manifest.vtpm()) {
            missing.add("a vTPM");
        }
        if (commandLines(manifest) != 1) {
            missing.add("exactly one event of PCR %d named \"%s\" that is the hash of its command line"
                    .formatted(manifest.unified() ? 9 : 8, lineComponent(manifest)));
        }
        return missing.isEmpty()
                ? new Finding.Held(Check.MANIFEST, "reference manifest " + manifest.image())
                : new Finding.Undecided(
                        Check.MANIFEST,
                        "reference manifest " + manifest.image(),
                        "a complete manifest; it lacks " + String.join(", ", missing));
    }

    private static String lineComponent(ReferenceManifest manifest) {
        return manifest.unified() ? Components.LOAD_OPTIONS : Components.KERNEL_COMMAND_LINE;
    }

    private static long commandLines(ReferenceManifest manifest) {
        // The kernel's EFI stub gets it in UTF-16 with a zero behind, GRUB measures it as it is.
        Bytes text = manifest.unified()
                ? Bytes.of((manifest.commandLine() + "\0").getBytes(StandardCharsets.UTF_16LE))
                : Bytes.utf8(manifest.commandLine());
        Digest line = Digest.of(HashAlgorithm.SHA256, text);
        String component = lineComponent(manifest);
        long found = 0;
        for (ExpectedEvent event : manifest.pcr(manifest.unified() ? 9 : 8)
                .map(PcrReference::events)
                .orElse(List.of())) {
            if (event.component().equals(component)) {
                found += event.digest().equals(line) ? 1 : 2;
            }
        }
        return found;
    }
}
