package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Registers: TPM 2.0 Library, Part 3, "Integrity Collection (PCR)" (22). */
final class PcrCommands {

    private static final int CAP_PCRS = 5;
    private static final int ALL_REGISTERS = 24;

    private final Channel channel;

    PcrCommands(Channel channel) {
        this.channel = channel;
    }

    List<HashAlgorithm> banks() throws IOException {
        List<HashAlgorithm> active = new ArrayList<>();
        for (PcrSelection bank : implemented()) {
            if (!bank.bits().allAre(0)) {
                active.add(bank.hash());
            }
        }
        return List.copyOf(active);
    }

    private List<PcrSelection> implemented() throws IOException {
        Command command = new Command("TPM2_GetCapability", 0x17A);
        command.parameters().u32be(CAP_PCRS).u32be(0).u32be(1);
        ByteReader out = channel.send(command);
        try {
            out.u8("moreData");
            out.u32be("capability");
            return PcrSelection.readList(out);
        } catch (MalformedException broken) {
            throw Channel.unreadable(command.name(), broken);
        }
    }

    void allocate(HashAlgorithm only) throws IOException {
        List<Integer> all = new ArrayList<>();
        for (int pcr = 0; pcr < ALL_REGISTERS; pcr++) {
            all.add(pcr);
        }
        List<PcrSelection> wanted = new ArrayList<>();
        for (PcrSelection bank : implemented()) {
            wanted.add(PcrSelection.of(bank.hash(), bank.hash() == only ? all : List.of()));
        }
        Command command = new Command("TPM2_PCR_Allocate", 0x12B).authorized(Tpm.PLATFORM);
        command.parameters().bytes(PcrSelection.list(wanted.toArray(new PcrSelection[0])));
        ByteReader out = channel.send(command);
        try {
            if (out.u8("allocationSuccess") != 1) {
                throw new IOException("the TPM has no room for a " + only + " bank");
            }
        } catch (MalformedException broken) {
            throw Channel.unreadable(command.name(), broken);
        }
    }

    /** One response holds eight digests at most, so what is missing is asked for again. */
    SortedMap<Integer, Digest> read(HashAlgorithm bank, Collection<Integer> registers) throws IOException {
        TreeSet<Integer> missing = new TreeSet<>(registers);
        TreeMap<Integer, Digest> values = new TreeMap<>();
        while (!missing.isEmpty()) {
            Command command = new Command("TPM2_PCR_Read", 0x17E);
            command.parameters().bytes(PcrSelection.list(PcrSelection.of(bank, missing)));
            int before = missing.size();
            try {
                take(channel.send(command), bank, missing, values);
            } catch (MalformedException broken) {
                throw Channel.unreadable(command.name(), broken);
            }
            if (missing.size() == before) {
                throw new IOException("the TPM has no " + bank + " value for PCR " + missing);
            }
        }
        return values;
    }

    private static void take(ByteReader out, HashAlgorithm bank, Set<Integer> missing, Map<Integer, Digest> values)
            throws MalformedException {
        out.u32be("pcrUpdateCounter");
        List<PcrSelection> selected = PcrSelection.readList(out);
        long count = out.u32be("pcrValues.count");
        List<Integer> pcrs = new ArrayList<>();
        for (PcrSelection selection : selected) {
            if (selection.hash() == bank) {
                pcrs.addAll(selection.pcrs());
            }
        }
        if (count != pcrs.size()) {
            throw out.malformed("pcrValues.count", count + " values for " + pcrs.size() + " registers");
        }
        for (int pcr : pcrs) {
            Bytes value = out.sized16be("pcrValues.digest");
            if (value.size() != bank.size() || !missing.remove(pcr)) {
                throw out.malformed(
                        "pcrValues.digest", "PCR " + pcr + " with " + value.size() + " bytes not asked for");
            }
            values.put(pcr, new Digest(bank, value));
        }
    }

    void extend(int pcr, Digest digest) throws IOException {
        Command command = new Command("TPM2_PCR_Extend", 0x182).authorized(pcr);
        command.parameters().u32be(1).u16be(digest.algorithm().tpmId()).bytes(digest.value());
        channel.send(command);
    }
}
