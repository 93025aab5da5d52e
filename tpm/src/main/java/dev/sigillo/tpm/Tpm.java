package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The commands of a TPM 2.0 that Sigillo uses: TPM 2.0 Library, Part 3. All authorization values are empty. Every
 * method throws {@link TpmException} if the TPM refuses, and another IOException if it cannot be reached or understood.
 * One thread at a time.
 */
public final class Tpm implements AutoCloseable {

    /** Where TPM vendors, and our machines, keep the RSA EK: TCG TPM 2.0 Provisioning Guidance, 7.8. */
    public static final int EK_HANDLE = 0x81010001;

    static final int MAX_RESPONSE = 4096;

    static final int PLATFORM = 0x4000000C;
    private static final int OWNER = 0x40000001;
    private static final int ENDORSEMENT = 0x4000000B;
    private static final int NO_HANDLE = 0x08B;
    private static final int ALREADY_STARTED = 0x100;
    private static final int NULL = 0x0010;
    private static final int NULL_HANDLE = 0x40000007;
    private static final int POLICY_SESSION = 1;
    private static final int NONCE_SIZE = 16;
    private static final int QUOTE_TRIES = 5;

    private final Channel channel;
    private final PcrCommands pcrs;
    private final NvCommands nv;

    /** Takes over the transport. */
    public Tpm(TpmTransport transport) {
        channel = new Channel(transport);
        pcrs = new PcrCommands(channel);
        nv = new NvCommands(channel);
    }

    /** TPM2_Startup(CLEAR); a TPM that was started already stays as it is. */
    public void startup() throws IOException {
        Command command = new Command("TPM2_Startup", 0x144);
        command.parameters().u16be(0);
        try {
            channel.send(command);
        } catch (TpmException refused) {
            if (refused.code() != ALREADY_STARTED) {
                throw refused;
            }
        }
    }

    /** TPM2_Shutdown(CLEAR): an orderly end, so that the clock stays safe. */
    public void shutdown() throws IOException {
        Command command = new Command("TPM2_Shutdown", 0x145);
        command.parameters().u16be(0);
        channel.send(command);
    }

    /** Which banks hold registers now. */
    public List<HashAlgorithm> pcrBanks() throws IOException {
        return pcrs.banks();
    }

    /** Leaves one bank with PCR 0-23 and takes every other away, from the next TPM Reset on; platform hierarchy. */
    public void pcrAllocate(HashAlgorithm only) throws IOException {
        pcrs.allocate(only);
    }

    /**
     * TPM2_ClearControl: from now on, also after resets, TPM2_Clear by the lockout authorization is refused, and with it
     * the setting back of the reset counter; platform hierarchy.
     */
    public void disableClear() throws IOException {
        Command command = new Command("TPM2_ClearControl", 0x127).authorized(PLATFORM);
        command.parameters().u8(1);
        channel.send(command);
    }

    /** A primary key in the endorsement hierarchy. The handle is transient: flush it. */
    public TpmKey createPrimary(KeyTemplate template) throws IOException {
        Command command = new Command("TPM2_CreatePrimary", 0x131).authorized(ENDORSEMENT);
        command.parameters()
                .u16be(4) // TPM2B_SENSITIVE_CREATE: no password, no data
                .u16be(0)
                .u16be(0)
                .sized16be(template.encode())
                .u16be(0)
                .u32be(0);
        Channel.Reply reply = channel.sendForHandle(command);
        return new TpmKey(reply.handle(), publicArea("TPM2_CreatePrimary", reply.parameters()));
    }

    /** The RSA-2048 endorsement key, template L-1. */
    public TpmKey createEk() throws IOException {
        return createPrimary(KeyTemplate.EK_RSA2048);
    }

    /** The attestation key: restricted RSA-2048, RSASSA with SHA-256; the same one each time. */
    public TpmKey createAk() throws IOException {
        return createPrimary(KeyTemplate.AK_RSA2048);
    }

    /** Makes a transient key persistent, or removes a persistent one when both handles are it; owner hierarchy. */
    public void evictControl(int handle, int persistent) throws IOException {
        Command command =
                new Command("TPM2_EvictControl", 0x120).authorized(OWNER).handle(handle);
        command.parameters().u32be(persistent & 0xFFFFFFFFL);
        channel.send(command);
    }

    public TpmPublic readPublic(int handle) throws IOException {
        return publicArea("TPM2_ReadPublic", channel.send(new Command("TPM2_ReadPublic", 0x173).handle(handle)));
    }

    /** The key under a handle, if there is one. */
    public Optional<TpmKey> findKey(int handle) throws IOException {
        try {
            return Optional.of(new TpmKey(handle, readPublic(handle)));
        } catch (TpmException refused) {
            if (refused.error() == NO_HANDLE) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** An index fit for a certificate: {@link NvPublic#CERTIFICATE_ATTRIBUTES}; platform hierarchy. */
    public void nvDefine(int index, int size) throws IOException {
        nv.define(NvPublic.certificate(index, size));
    }

    /** Writes from offset 0, in pieces. */
    public void nvWrite(int index, Bytes data) throws IOException {
        nv.write(index, data);
    }

    /** No further write to the index; with WRITEDEFINE for good. */
    public void nvWriteLock(int index) throws IOException {
        nv.writeLock(index);
    }

    /** All of the index's data, read in pieces. */
    public Bytes nvRead(int index) throws IOException {
        return nv.read(index);
    }

    public NvPublic nvReadPublic(int index) throws IOException {
        return nv.readPublic(index);
    }

    /** Whether there is such an NV index. */
    public boolean nvExists(int index) throws IOException {
        try {
            nv.readPublic(index);
            return true;
        } catch (TpmException refused) {
            if (refused.error() == NO_HANDLE) {
                return false;
            }
            throw refused;
        }
    }

    /** The values of the registers asked for. */
    public SortedMap<Integer, Digest> pcrRead(HashAlgorithm bank, Collection<Integer> registers) throws IOException {
        return pcrs.read(bank, registers);
    }

    /** Extends one register of the digest's bank. */
    public void pcrExtend(int pcr, Digest digest) throws IOException {
        pcrs.extend(pcr, digest);
    }

    /** Signs qualifyingData and the selected registers with a key whose scheme is fixed. */
    public Quoted quote(int akHandle, Bytes qualifyingData, PcrSelection selection) throws IOException {
        Command command = new Command("TPM2_Quote", 0x158).authorized(akHandle);
        command.parameters().sized16be(qualifyingData).u16be(NULL).bytes(PcrSelection.list(selection));
        ByteReader out = channel.send(command);
        try {
            return new Quoted(out.sized16be("quoted"), out.rest());
        } catch (MalformedException broken) {
            throw Channel.unreadable("TPM2_Quote", broken);
        }
    }

    /**
     * A quote and the values it covers. A register may be extended between the two commands (PCR 10 when a module
     * loads), so the values are checked against pcrDigest and both commands repeated.
     */
    public QuotedPcrs quoteWithValues(int akHandle, Bytes qualifyingData, PcrSelection selection) throws IOException {
        for (int attempt = 0; attempt < QUOTE_TRIES; attempt++) {
            Quoted quoted = quote(akHandle, qualifyingData, selection);
            SortedMap<Integer, Digest> values = pcrRead(selection.hash(), selection.pcrs());
            try {
                Bytes signed = Attest.parse(quoted.attest())
                        .quote()
                        .orElseThrow(
                                () -> new IOException("TPM2_Quote was answered with an attestation that is no quote"))
                        .pcrDigest();
                HashAlgorithm hash =
                        TpmSignature.parse(quoted.signature()).scheme().hash();
                if (QuoteInfo.digestOf(hash, values).value().equals(signed)) {
                    return new QuotedPcrs(quoted, values);
                }
            } catch (MalformedException broken) {
                throw Channel.unreadable("TPM2_Quote", broken);
            }
        }
        throw new IOException("the registers " + selection + " changed during each of " + QUOTE_TRIES
                + " quotes; wait until the machine has finished starting");
    }

    /**
     * Credential activation: gives the secret back if the blob was made for this EK and for the Name of this AK. The EK
     * is used under its policy, PolicySecret(TPM_RH_ENDORSEMENT); one of the high range, whose userWithAuth is set, by its
     * empty password.
     */
    public Bytes activateCredential(int akHandle, int ekHandle, CredentialBlob blob) throws IOException {
        if (readPublic(ekHandle).isUserWithAuth()) {
            Command command = new Command("TPM2_ActivateCredential", 0x147)
                    .authorized(akHandle)
                    .authorized(ekHandle);
            command.parameters().sized16be(blob.idObject()).sized16be(blob.encryptedSecret());
            return sized("TPM2_ActivateCredential", channel.send(command));
        }
        int session = startPolicySession();
        try {
            Command policy = new Command("TPM2_PolicySecret", 0x151)
                    .authorized(ENDORSEMENT)
                    .handle(session);
            policy.parameters().u16be(0).u16be(0).u16be(0).u32be(0);
            channel.send(policy);
            Command command = new Command("TPM2_ActivateCredential", 0x147)
                    .authorized(akHandle)
                    .authorizedBy(session, ekHandle);
            command.parameters().sized16be(blob.idObject()).sized16be(blob.encryptedSecret());
            return sized("TPM2_ActivateCredential", channel.send(command));
        } finally {
            flushContext(session);
        }
    }

    private int startPolicySession() throws IOException {
        Command command =
                new Command("TPM2_StartAuthSession", 0x176).handle(NULL_HANDLE).handle(NULL_HANDLE);
        // The session is neither salted nor bound and carries no HMAC, so the nonce protects nothing.
        command.parameters()
                .sized16be(Bytes.zeros(NONCE_SIZE))
                .u16be(0)
                .u8(POLICY_SESSION)
                .u16be(NULL)
                .u16be(HashAlgorithm.SHA256.tpmId());
        return channel.sendForHandle(command).handle();
    }

    /** Drops a transient key or a session. */
    public void flushContext(int handle) throws IOException {
        Command command = new Command("TPM2_FlushContext", 0x165);
        command.parameters().u32be(handle & 0xFFFFFFFFL);
        channel.send(command);
    }

    /** @param size at most what one response holds: the digest size of the TPM's largest hash */
    public Bytes getRandom(int size) throws IOException {
        Command command = new Command("TPM2_GetRandom", 0x17B);
        command.parameters().u16be(size);
        return sized("TPM2_GetRandom", channel.send(command));
    }

    public ClockInfo readClock() throws IOException {
        ByteReader out = channel.send(new Command("TPM2_ReadClock", 0x181));
        try {
            out.u64be("time");
            return ClockInfo.read(out);
        } catch (MalformedException broken) {
            throw Channel.unreadable("TPM2_ReadClock", broken);
        }
    }

    private static Bytes sized(String command, ByteReader out) throws IOException {
        try {
            return out.sized16be("outData");
        } catch (MalformedException broken) {
            throw Channel.unreadable(command, broken);
        }
    }

    private static TpmPublic publicArea(String command, ByteReader out) throws IOException {
        try {
            return TpmPublic.parse(out.sized16be("outPublic"));
        } catch (MalformedException broken) {
            throw Channel.unreadable(command, broken);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
