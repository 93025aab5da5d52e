package dev.sigillo.enrolment;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The reference manifest that a machine was started under: nothing that the host's packages do later changes it. */
final class Manifests {
    private static final int PCR_OF_CONFIG_DRIVE = 15;
    private static final int KEPT = 32;

    private final Store store;
    private final Map<String, ReferenceManifest> parsed = new LinkedHashMap<>();

    Manifests(Store store) {
        this.store = store;
    }

    /** @throws EnrolmentRefused 503 if the store does not have it: that says nothing about the machine */
    ReferenceManifest of(MachineRecord machine) throws EnrolmentRefused {
        MachineRecord.Given given = machine.given().orElseThrow(Manifests::unknown);
        String key = given.reference().orElseThrow(Manifests::unknown);
        Digest drive = Digest.fromHex(HashAlgorithm.SHA256, given.configSha256());
        return parsed(key).withExtension(PCR_OF_CONFIG_DRIVE, "config drive", drive);
    }

    private synchronized ReferenceManifest parsed(String key) throws EnrolmentRefused {
        ReferenceManifest known = parsed.get(key);
        if (known != null) {
            return known;
        }
        Optional<String> json = store.references().find(key);
        if (json.isEmpty()) {
            throw unknown();
        }
        try {
            ReferenceManifest read = ManifestJson.read(Bytes.utf8(json.get()));
            if (parsed.size() >= KEPT) {
                parsed.remove(parsed.keySet().iterator().next());
            }
            parsed.put(key, read);
            return read;
        } catch (MalformedException e) {
            throw new IllegalStateException("reference manifest " + key + " in the store does not parse", e);
        }
    }

    private static EnrolmentRefused unknown() {
        return EnrolmentRefused.notReady("the reference manifest of this machine is not known yet; try again");
    }
}
