package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kernel's list of files: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyImaAttacks {

    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicyImaAttacks() {}

    static Stream<PolicyAttack> ima() {
        Bytes other = Forger.filled(7, 32);
        return Stream.of(
                broken(
                        "a file that the policy does not list",
                        Check.IMA_FILES,
                        "file /bin/strange: expected only files that the policy lists, was /bin/strange (IMA entry 4",
                        m -> m.forger.ima.lines.add(ImaForge.line("/bin/strange", other))),
                broken(
                        "a file that changed while it was read",
                        Check.IMA_FILES,
                        "was /bin/x (violation) (IMA entry 4",
                        m -> m.forger.ima.lines.add(new ImaForge.Line(
                                "ima-sig", "sha256", ImaForge.DRIVERS.getFirst().sha256(), "/bin/x", true))),
                broken(
                        "seven files that the policy does not list",
                        Check.IMA_FILES,
                        "was /1, /2, /3, /4, /5 and 2 more (",
                        m -> IntStream.rangeClosed(1, 7)
                                .forEach(i -> m.forger.ima.lines.add(ImaForge.line("/" + i, other)))),
                broken(
                        "the list of another boot",
                        Check.IMA_AGGREGATE,
                        "expected boot_aggregate sha256: & boot_aggregate 0707 & IMA entry 0",
                        m -> m.forger.ima.aggregate = Optional.of(other)),
                broken(
                        "a list without its first entry",
                        Check.IMA_AGGREGATE,
                        "virtio-net.ko.xz",
                        m -> m.forger.ima.omitAggregate = true),
                broken(
                                "a list that does not lead to PCR 10",
                                Check.IMA_LIST,
                                "expected a list that leads to the quoted PCR 10, & PCR 10: no part of the IMA list leads to it (IMA list against quote",
                                m -> m.forger.really.put(10, Attack.EVIL))
                        .and(Check.LOG_REPLAY, Check.IMA_AGGREGATE, Check.IMA_FILES),
                broken(
                                "junk for a list",
                                Check.IMA_LIST,
                                "a well-formed IMA list, was PCR 10: & offset",
                                m -> m.forger.sentIma = Optional.of(Bytes.utf8("junk")))
                        .and(Check.LOG_REPLAY, Check.IMA_AGGREGATE, Check.IMA_FILES),
                undecided(
                                "no list",
                                Check.IMA_LIST,
                                "the IMA list, which the evidence does not have",
                                m -> m.forger.sentIma = Optional.of(Bytes.empty()))
                        .and(Check.LOG_REPLAY, Check.IMA_AGGREGATE, Check.IMA_FILES),
                broken(
                        "no list, and PCR 10 that nothing explains",
                        Check.LOG_REPLAY,
                        "event log, PCR 10 (files measured by IMA): & which nothing explains: the evidence has no IMA list",
                        m -> {
                            m.ima = Optional.empty();
                            m.forger.sentIma = Optional.of(Bytes.empty());
                        }),
                held("no list, and PCR 10 that the policy leaves unexplained", m -> {
                    m.ima = Optional.empty();
                    m.unexplained.add(10);
                    m.forger.sentIma = Optional.of(Bytes.empty());
                }),
                held("no list, and PCR 10 that was never extended", m -> {
                    m.ima = Optional.empty();
                    m.forger.really.put(10, ZERO);
                    m.forger.sentIma = Optional.of(Bytes.empty());
                }),
                broken(
                                "files are asked for, and none was ever measured",
                                Check.IMA_LIST,
                                "expected files measured by IMA, was PCR 10 was never extended (quote",
                                m -> {
                                    m.forger.really.put(10, ZERO);
                                    m.forger.sentIma = Optional.of(Bytes.empty());
                                })
                        .and(Check.IMA_AGGREGATE, Check.IMA_FILES),
                held(
                        "files that were measured after the quote",
                        m -> m.forger.ima.later.add(ImaForge.line("/bin/strange", other))));
    }
}
