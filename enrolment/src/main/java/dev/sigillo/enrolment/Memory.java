package dev.sigillo.enrolment;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.OneNodeJudge;
import dev.sigillo.attest.Remembered;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.store.EnrolledKeyRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.tpm.TpmPublic;
import java.util.List;
import java.util.Optional;

/** What is remembered of machines that have passed: their keys for life, and what their last quote said of its clock. */
final class Memory {
    private final Store store;

    Memory(Store store) {
        this.store = store;
    }

    Finding oneNode(MachineRecord machine, TpmPublic ek, TpmPublic ak) {
        return OneNodeJudge.judge(machine.machineId(), ek, ak, related(machine, ek, ak));
    }

    /** The other machines that enrolled with one of these keys. */
    List<String> others(MachineRecord machine, TpmPublic ek, TpmPublic ak) {
        return OneNodeJudge.others(machine.machineId(), ek, ak, related(machine, ek, ak));
    }

    private List<OneNodeJudge.Enrolled> related(MachineRecord machine, TpmPublic ek, TpmPublic ak) {
        return store
                .enrolledKeys()
                .related(machine.machineId(), ek.encoded().base64(), ak.name().hex())
                .stream()
                .map(row -> new OneNodeJudge.Enrolled(
                        row.machineId(), Bytes.fromBase64(row.ekPublic()), Bytes.fromHex(row.akName())))
                .toList();
    }

    /** Of the last passing quote; empty before the first. */
    Optional<Remembered> last(MachineRecord machine) {
        return store.enrolledKeys()
                .find(machine.machineId())
                .flatMap(EnrolledKeyRecord::lastClock)
                .map(RememberedJson::read);
    }

    void keep(MachineRecord machine, Session.Challenge challenge, Evidence evidence) {
        store.useTransaction(tx -> {
            tx.enrolledKeys()
                    .enrol(
                            machine.machineId(),
                            challenge.ekPublic().base64(),
                            challenge.ak().encoded().base64(),
                            challenge.ak().name().hex());
            quoted(tx, machine, evidence);
        });
    }

    /** Of a machine that has enrolled. */
    void quoted(MachineRecord machine, Evidence evidence) {
        quoted(store, machine, evidence);
    }

    private static void quoted(Store tx, MachineRecord machine, Evidence evidence) {
        try {
            Remembered now = Remembered.of(evidence);
            tx.enrolledKeys().quoted(machine.machineId(), now.qualifiedSigner().hex(), RememberedJson.write(now));
        } catch (MalformedException e) {
            throw new IllegalStateException("a passing verdict over a quote that does not parse", e);
        }
    }
}
