package dev.sigillo.evidence;

import dev.sigillo.attest.Asked;
import dev.sigillo.attest.CertificateFile;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.KeyTemplate;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes evidence out of a TPM: keys with their certificates, and a quote over PCR 0-9 and 11-15 (10 too when there is an IMA
 * list) of each bank of SHA-256 or stronger. The AK is a primary key of the endorsement hierarchy, the same each time, or
 * Azure's own where its certificate is in the TPM. Nothing stays in the TPM.
 */
public final class Collector {

    /** Azure's AK, made by the host before the guest starts. */
    private static final int AZURE_AK = 0x81000003;

    private static final int MAX_BANKS = 4;

    /** EK certificates by their NV index, in the order in which they are looked for, and the template of their key. */
    private static final Map<Integer, KeyTemplate> EK_CERTIFICATES = new LinkedHashMap<>();

    static {
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_RSA2048, KeyTemplate.EK_RSA2048);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_ECC_P256, KeyTemplate.EK_ECC_P256);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_RSA2048_HIGH, KeyTemplate.EK_RSA2048_HIGH);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_ECC_P256_HIGH, KeyTemplate.EK_ECC_P256_HIGH);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_ECC_P384, KeyTemplate.EK_ECC_P384);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_RSA3072, KeyTemplate.EK_RSA3072);
        EK_CERTIFICATES.put(NvPublic.EK_CERTIFICATE_RSA4096, KeyTemplate.EK_RSA4096);
    }

    /**
     * What a TPM gave.
     *
     * @param notes what was not there or could not be read, in words
     */
    public record Collected(EvidenceKey ak, Optional<EvidenceKey> ek, List<EvidenceQuote> quotes, List<String> notes) {}

    private final Tpm tpm;
    private final List<String> notes = new ArrayList<>();

    private Collector(Tpm tpm) {
        this.tpm = tpm;
    }

    /**
     * @param nonce becomes extraData; at most 64 bytes
     * @param akTemplate the AK to make where the TPM brings none of its own
     * @param withIma whether PCR 10 is quoted as well
     * @throws IOException if the TPM refuses a command that cannot be done without
     */
    public static Collected collect(Tpm tpm, Bytes nonce, KeyTemplate akTemplate, boolean withIma) throws IOException {
        return new Collector(tpm).collect(nonce, akTemplate, withIma);
    }

    private Collected collect(Bytes nonce, KeyTemplate akTemplate, boolean withIma) throws IOException {
        List<Bytes> azure = certificate(NvPublic.AZURE_AK_CERTIFICATE);
        Optional<TpmKey> persistent = azure.isEmpty() ? Optional.empty() : tpm.findKey(AZURE_AK);
        TpmKey ak = persistent.isPresent() ? persistent.get() : tpm.createPrimary(akTemplate);
        List<EvidenceQuote> quotes = new ArrayList<>();
        try {
            for (HashAlgorithm bank : banks()) {
                quotes.add(quote(ak, nonce, bank, withIma));
            }
        } finally {
            if (persistent.isEmpty()) {
                tpm.flushContext(ak.handle());
            }
        }
        EvidenceKey key = EvidenceKey.of(ak.publicArea(), persistent.isPresent() ? azure : List.of());
        return new Collected(key, endorsementKey(), List.copyOf(quotes), List.copyOf(notes));
    }

    private List<HashAlgorithm> banks() throws IOException {
        List<HashAlgorithm> strong = tpm.pcrBanks().stream()
                .filter(HashAlgorithm::isStrong)
                .limit(MAX_BANKS)
                .toList();
        if (strong.isEmpty()) {
            throw new IOException("the TPM has no PCR bank of SHA-256 or stronger; it has " + tpm.pcrBanks());
        }
        return strong;
    }

    private EvidenceQuote quote(TpmKey ak, Bytes nonce, HashAlgorithm bank, boolean withIma) throws IOException {
        TreeSet<Integer> registers = new TreeSet<>(Asked.BOOT);
        if (withIma) {
            registers.add(10);
        }
        QuotedPcrs answer = tpm.quoteWithValues(ak.handle(), nonce, PcrSelection.of(bank, registers));
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>(Map.of(bank, answer.pcrs()));
        return new EvidenceQuote(answer.quoted().attest(), answer.quoted().signature(), banks);
    }

    private Optional<EvidenceKey> endorsementKey() throws IOException {
        for (Map.Entry<Integer, KeyTemplate> place : EK_CERTIFICATES.entrySet()) {
            List<Bytes> certificate = certificate(place.getKey());
            if (!certificate.isEmpty()) {
                return Optional.of(endorsementKey(place.getValue(), certificate));
            }
        }
        notes.add("no EK certificate in the TPM");
        return Optional.of(endorsementKey(KeyTemplate.EK_RSA2048, List.of()));
    }

    private EvidenceKey endorsementKey(KeyTemplate template, List<Bytes> certificate) throws IOException {
        TpmKey ek = tpm.createPrimary(template);
        tpm.flushContext(ek.handle());
        return EvidenceKey.of(ek.publicArea(), certificate);
    }

    /** The certificate in an NV index; none if there is no such index, or something else in it. */
    private List<Bytes> certificate(int index) throws IOException {
        if (!tpm.nvExists(index)) {
            return List.of();
        }
        try {
            CertificateFile file = CertificateFile.read(tpm.nvRead(index));
            file.quirks().forEach(quirk -> notes.add("NV 0x%08x: %s".formatted(index, quirk)));
            return List.of(file.certificate());
        } catch (MalformedException malformed) {
            notes.add("NV 0x%08x: %s".formatted(index, malformed.getMessage()));
            return List.of();
        }
    }
}
