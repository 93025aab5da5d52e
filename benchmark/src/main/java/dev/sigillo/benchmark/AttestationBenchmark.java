package dev.sigillo.benchmark;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.attest.ImaForge;
import dev.sigillo.attest.Judge;
import dev.sigillo.attest.Logged;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.attest.Subject;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.tpm.TpmSignature;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One attestation: quote, signature, log and IMA list parsed, replayed and compared with the manifest, every check
 * answered. {@link #bare} is the floor under it: the signature, and SHA-256 once over the log's bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AttestationBenchmark {

    /** The AK. */
    @Param({"RSA2048", "RSA3072", "ECC_P256", "ECC_P384"})
    public SoftAk key = SoftAk.RSA2048;

    /** Bytes of the log; 4096 is a boot with a short dbx, the larger ones grow as real ones do: by dbx. */
    @Param({"4096", "24576", "41984", "262144"})
    public int log;

    /** Who verifies signatures: {@code jdk}, or {@code corretto} where its native library loads. */
    @Param({"jdk"})
    public String provider = "jdk";

    private Evidence evidence = new Forger(true).evidence();
    private Subject subject = new Forger(true).subject();
    private ReferenceManifest manifest = new Forger(true).manifest;

    @Setup
    public void forge() {
        if (provider.equals("corretto")) {
            com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider.install();
            com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
        }
        List<Logged> events = new ArrayList<>(HonestBoot.events(true));
        grow(events);
        Forger forger = new Forger(true).signWith(key);
        forger.events.clear();
        forger.events.addAll(events);
        manifest = Forger.manifest(true, events, HonestBoot.COMMAND_LINE, ImaForge.DRIVERS);
        evidence = forger.evidence();
        subject = forger.subject();
        Verdict verdict = Judge.judge(evidence, subject, manifest, Forger.NOW);
        if (!verdict.passing()) {
            throw new IllegalStateException("the evidence does not hold: " + verdict.failures());
        }
    }

    /** As many GRUB commands as a Debian machine has, and a dbx that fills the rest. */
    private void grow(List<Logged> events) {
        Forger small = new Forger(true);
        if (log > 8192) {
            int last = small.find(Components.GRUB_COMMAND + "boot");
            for (int i = 0; i < 40; i++) {
                events.add(last, HonestBoot.command("set variable_" + i + "=its value"));
            }
        }
        small.events.clear();
        small.events.addAll(events);
        List<Bytes> revoked = new ArrayList<>();
        for (int i = 0; i < 1 + Math.max(0, log - small.log().size()) / 48; i++) {
            revoked.add(HashAlgorithm.SHA256.hash(Bytes.utf8("revoked " + i)));
        }
        Bytes dbx = SignatureList.hashes(HonestBoot.OWNER, revoked).encode();
        events.replaceAll(event -> event.component().equals("dbx")
                ? HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "dbx", dbx, "dbx")
                : event);
    }

    /** The whole verdict. */
    @Benchmark
    public Verdict verdict() {
        return Judge.judge(evidence, subject, manifest, Forger.NOW);
    }

    /** The floor: the signature, and the log hashed once. */
    @Benchmark
    public boolean bare() throws MalformedException {
        return !HashAlgorithm.SHA256.hash(evidence.eventLog()).isEmpty() && signature();
    }

    /** The signature alone. */
    @Benchmark
    public boolean signature() throws MalformedException {
        return TpmSignature.parse(evidence.signature())
                .verify(
                        subject.ak().publicKey(),
                        evidence.attest(),
                        subject.ak().scheme().orElseThrow());
    }

    /** The log alone, parsed and replayed. */
    @Benchmark
    public ParsedLog parse() throws MalformedException {
        ParsedLog parsed = EventLog.parse(evidence.eventLog());
        parsed.replay(HashAlgorithm.SHA256);
        return parsed;
    }
}
