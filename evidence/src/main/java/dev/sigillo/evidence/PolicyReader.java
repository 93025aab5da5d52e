package dev.sigillo.evidence;

import dev.sigillo.attest.AllowedKey;
import dev.sigillo.attest.BoundedRegex;
import dev.sigillo.attest.CommandLineRule;
import dev.sigillo.attest.ImaKey;
import dev.sigillo.attest.NamedDigest;
import dev.sigillo.attest.Policy;
import dev.sigillo.attest.WordPattern;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.SbatEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code sigillo-policy-1}; docs/policies.md lists every key. */
final class PolicyReader {

    private static final String REQUIRED = "required";
    private static final String ANY = "any";

    private final List<Problem> problems = new ArrayList<>();
    private final PolicyNames names;
    private HashAlgorithm bank = HashAlgorithm.SHA256;

    private PolicyReader(PolicyFile.Files files) {
        this.names = new PolicyNames(files);
    }

    static PolicyFile read(Bytes text, PolicyFile.Files files) throws PolicyFile.Refused {
        PolicyReader reader = new PolicyReader(files);
        Optional<YamlNode> document = YamlNode.parse(text.utf8(), reader.problems);
        Optional<PolicyFile> policy = document.map(node -> reader.policy(node, text));
        if (policy.isEmpty() && reader.problems.isEmpty()) {
            reader.problems.add(new Problem(1, "an empty text; a policy begins with format: " + PolicyFile.FORMAT));
        }
        if (!reader.problems.isEmpty()) {
            throw new PolicyFile.Refused(reader.problems.stream()
                    .distinct()
                    .sorted(Comparator.comparingInt(Problem::line))
                    .toList());
        }
        return policy.orElseThrow();
    }

    private PolicyFile policy(YamlNode document, Bytes text) {
        YamlSection root = YamlSection.of(
                "",
                document,
                problems,
                "format",
                "name",
                "description",
                "quote",
                "ak",
                "log",
                "reference",
                "secureBoot",
                "sbat",
                "mok",
                "images",
                "kernels",
                "commandLine",
                "grub",
                "exitBootServices",
                "firmware",
                "pcrs",
                "ima");
        format(root);
        Optional<YamlSection> images = root.section("images", "allowed", "revoked");
        Optional<YamlSection> grub = root.section("grub", "allowed", "forbidden");
        Optional<YamlSection> firmware = root.section("firmware", "debug", "dma");
        Optional<YamlSection> secureBoot = root.section("secureBoot", "state", "pk", "kek", "db", "dbx", "authorities");
        Policy.QuoteRule quote = quote(root);
        Policy policy = new Policy(
                root.text("name").orElse("unnamed"),
                quote,
                ak(root),
                root.word("log", REQUIRED, "none").equals(REQUIRED),
                root.word("reference", "none", REQUIRED).equals(REQUIRED),
                secureBoot.flatMap(this::state),
                secureBoot.map(this::keys).orElseGet(TreeMap::new),
                secureBoot
                        .flatMap(section -> section.each("dbx", names::revoked))
                        .map(PolicyReader::flat),
                secureBoot
                        .flatMap(section -> section.each("authorities", names::keys))
                        .map(PolicyReader::flat),
                root.each("sbat", PolicyReader::sbat),
                mok(root),
                images.flatMap(section -> section.each("allowed", text1 -> names.images(text1, bank)))
                        .map(PolicyReader::flat),
                images.filter(section -> section.word("revoked", ANY, "refused").equals("refused"))
                        .isPresent(),
                root.each("kernels", text1 -> names.kernels(text1, bank)).map(PolicyReader::flat),
                root.section("commandLine", "exact", "required", "forbidden", "regex")
                        .map(this::commandLine),
                grub.flatMap(section -> section.each("allowed", WordPattern::new)),
                grub.flatMap(section -> section.each("forbidden", WordPattern::new)),
                root.word("exitBootServices", ANY, REQUIRED).equals(REQUIRED),
                new GoldenReader(bank).read(root.section("pcrs")),
                ima(root),
                firmware.filter(section -> section.word("debug", ANY, "refused").equals("refused"))
                        .isPresent(),
                firmware.filter(section -> section.word("dma", ANY, REQUIRED).equals(REQUIRED))
                        .isPresent());
        consistent(root, policy);
        List<Bytes> parts = new ArrayList<>(List.of(text));
        names.read().forEach(file -> parts.add(HashAlgorithm.SHA256.hash(file)));
        return new PolicyFile(
                policy,
                Digest.of(HashAlgorithm.SHA256, parts.toArray(new Bytes[0])),
                root.text("description").orElse(""));
    }

    private static <T> List<T> flat(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }

    private void format(YamlSection root) {
        Optional<String> format = root.text("format");
        if (format.isEmpty() && root.node("format").isEmpty()) {
            root.problem(1, "format is missing; format: " + PolicyFile.FORMAT + " expected");
        } else if (format.filter(PolicyFile.FORMAT::equals).isEmpty()) {
            root.problem(
                    root.line("format"),
                    "format is " + JsonObject.shown(format.orElse("")) + "; " + PolicyFile.FORMAT + " expected");
        }
    }

    private Policy.QuoteRule quote(YamlSection root) {
        Optional<YamlSection> section = root.section("quote", "bank", "pcrs", "unexplained", "nonce", "allowSha1");
        if (section.isEmpty()) {
            root.problem(1, "quote is missing; it says which PCRs must be quoted: quote: {pcrs: 0-9}");
            return new Policy.QuoteRule(bank, Set.of(), Set.of(), true, false);
        }
        YamlSection quote = section.get();
        boolean sha1Allowed = quote.word("allowSha1", "false", "true").equals("true");
        bank = bank(quote, sha1Allowed);
        Optional<Set<Integer>> pcrs = quote.pcrs("pcrs");
        if (pcrs.isEmpty() || pcrs.get().isEmpty()) {
            quote.problem(quote.line("pcrs"), "quote.pcrs names no PCR; one at least expected, such as 0-9, 14");
        }
        pcrs.orElse(Set.of()).stream()
                .filter(pcr -> pcr >= 16)
                .findFirst()
                .ifPresent(pcr -> quote.problem(
                        quote.line("pcrs"),
                        "quote.pcrs: PCR " + pcr + " can be reset while a machine runs; 0 to 15 expected"));
        return new Policy.QuoteRule(
                bank,
                pcrs.orElse(Set.of()),
                quote.pcrs("unexplained").orElse(Set.of()),
                quote.word("nonce", REQUIRED, "optional").equals(REQUIRED),
                sha1Allowed);
    }

    private HashAlgorithm bank(YamlSection quote, boolean sha1Allowed) {
        if (quote.is("bank", "sha1") && !sha1Allowed) {
            quote.problem(
                    quote.line("bank"),
                    "quote.bank is \"sha1\"; sha256 or sha384 or sha512 expected, or allowSha1: true beside it");
            return bank;
        }
        return PcrJson.bank(quote.word("bank", "sha256", "sha384", "sha512", "sha1"))
                .orElse(bank);
    }

    private Policy.AkRule ak(YamlSection root) {
        Optional<YamlSection> section = root.section("ak", "attributes", "roots", "keys");
        if (section.isEmpty()) {
            return new Policy.AkRule(Policy.Attributes.REQUIRED, List.of(), List.of(), false, List.of(), List.of());
        }
        YamlSection ak = section.get();
        List<AllowedKey> roots = new ArrayList<>();
        ak.each("roots", names::roots).ifPresent(all -> all.forEach(roots::addAll));
        List<Digest> pinned = new ArrayList<>();
        List<Bytes> pinnedNames = new ArrayList<>();
        ak.each(
                "keys",
                text -> text.startsWith("name:")
                        ? pinnedNames.add(PolicyNames.tpmName(text))
                        : pinned.add(YamlSection.digest(text, HashAlgorithm.SHA256)));
        return new Policy.AkRule(
                switch (ak.word("attributes", REQUIRED, "shown", ANY)) {
                    case "shown" -> Policy.Attributes.SHOWN;
                    case ANY -> Policy.Attributes.ANY;
                    default -> Policy.Attributes.REQUIRED;
                },
                roots,
                names.anchors(),
                ak.node("roots").isPresent(),
                pinned,
                pinnedNames);
    }

    private Optional<Boolean> state(YamlSection secureBoot) {
        return switch (secureBoot.word("state", ANY, "on", "off")) {
            case "on" -> Optional.of(true);
            case "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private SortedMap<String, List<AllowedKey>> keys(YamlSection secureBoot) {
        SortedMap<String, List<AllowedKey>> keys = new TreeMap<>();
        secureBoot.each("pk", names::keys).ifPresent(all -> keys.put("PK", flat(all)));
        secureBoot.each("kek", names::keys).ifPresent(all -> keys.put("KEK", flat(all)));
        secureBoot.each("db", names::keys).ifPresent(all -> keys.put("db", flat(all)));
        return keys;
    }

    private static SbatEntry sbat(String text) {
        try {
            List<SbatEntry> entries = SbatEntry.parse(Bytes.utf8(text.replace(" ", "")));
            if (entries.size() == 1) {
                return entries.getFirst();
            }
        } catch (MalformedException wrong) {
            // told below
        }
        throw new IllegalArgumentException(
                "\"" + JsonObject.shown(text) + "\"; component and generation expected, such as shim,4");
    }

    private Optional<List<NamedDigest>> mok(YamlSection root) {
        Optional<List<YamlNode.Text>> texts = root.texts("mok");
        if (texts.isEmpty()
                || (texts.get().size() == 1 && texts.get().getFirst().value().equals(ANY))) {
            return Optional.empty();
        }
        return root.each(
                        "mok",
                        text -> text.equals("empty")
                                ? List.<NamedDigest>of()
                                : List.of(new NamedDigest("MOK variable", YamlSection.digest(text, bank))))
                .map(PolicyReader::flat);
    }

    private CommandLineRule commandLine(YamlSection section) {
        return new CommandLineRule(
                section.each("exact", text -> text).orElse(List.of()),
                section.each("required", WordPattern::new).orElse(List.of()),
                section.each("forbidden", WordPattern::new).orElse(List.of()),
                section.text("regex").flatMap(regex -> regex(section, regex)));
    }

    private Optional<BoundedRegex> regex(YamlSection section, String regex) {
        try {
            if (regex.length() <= WordPattern.MAX_SIZE) {
                return Optional.of(new BoundedRegex(Pattern.compile(regex)));
            }
            section.problem(
                    section.line("regex"),
                    section.path("regex") + " has " + regex.length() + " characters; at most " + WordPattern.MAX_SIZE
                            + " expected");
        } catch (PatternSyntaxException wrong) {
            section.problem(
                    section.line("regex"),
                    section.path("regex") + " is no regular expression: " + wrong.getDescription() + " at character "
                            + wrong.getIndex());
        }
        return Optional.empty();
    }

    private Optional<Policy.ImaRule> ima(YamlSection root) {
        return root.section("ima", "files", "keys", "unsigned").map(ima -> {
            Optional<List<NamedDigest>> files = ima.node("files").map(_ -> digests(ima, "files"));
            Optional<List<ImaKey>> keys = ima.each("keys", names::imaKeys).map(PolicyReader::flat);
            List<NamedDigest> unsigned = digests(ima, "unsigned");
            if (files.isEmpty() && keys.isEmpty()) {
                ima.problem(root.line("ima"), "ima asks nothing; files or keys expected");
            } else if (keys.isEmpty() && ima.node("unsigned").isPresent()) {
                ima.problem(
                        ima.line("unsigned"),
                        "ima.unsigned lists files that need no signature, but no ima.keys ask for one");
            }
            if (ima.node("keys").filter(PolicyReader::isEmptyList).isPresent()) {
                ima.problem(ima.line("keys"), "ima.keys names no key; file:NAME or a PEM block expected");
            }
            return new Policy.ImaRule(files, keys.orElse(List.of()), unsigned);
        });
    }

    private static boolean isEmptyList(YamlNode node) {
        return node instanceof YamlNode.Items list && list.items().isEmpty();
    }

    private static List<NamedDigest> digests(YamlSection ima, String key) {
        List<NamedDigest> files = new ArrayList<>();
        for (YamlSection file : ima.sections(key, "digest", "what")) {
            file.text("digest").ifPresent(text -> {
                String hex = text.replaceFirst("^sha(1|256|384|512):", "");
                PcrJson.ofSize(hex.length() / 2)
                        .filter(_ -> hex.matches("(?:[0-9a-fA-F]{2})+"))
                        .ifPresentOrElse(
                                hash -> files.add(
                                        new NamedDigest(file.text("what").orElse("file"), Digest.fromHex(hash, hex))),
                                () -> file.problem(
                                        file.line("digest"),
                                        file.path("digest") + ": \"" + JsonObject.shown(text)
                                                + "\"; a SHA-1, -256, -384 or -512 in hexadecimal expected"));
            });
        }
        return files;
    }

    /** What no finding could ever hold for. */
    private void consistent(YamlSection root, Policy policy) {
        boolean boot = policy.secureBoot().isPresent()
                || !policy.keys().isEmpty()
                || policy.authorities().isPresent()
                || policy.sbat().isPresent()
                || policy.mok().isPresent()
                || policy.images().isPresent()
                || policy.commandLine().isPresent()
                || policy.kernels().isPresent();
        if (boot && !policy.logRequired()) {
            root.problem(root.line("log"), "log is none, but rules on the boot need the event log; log: required");
        }
        needs(root, "secureBoot", 7, policy);
        needs(root, "mok", 14, policy);
        needs(root, "grub", 8, policy);
        needs(root, "sbat", 7, policy);
        for (int pcr : List.of(4, 5)) {
            needs(root, "images", pcr, policy);
            needs(root, "kernels", pcr, policy);
        }
        needs(root, "exitBootServices", 5, policy);
        needs(root, "firmware", 7, policy);
    }

    private static void needs(YamlSection root, String key, int pcr, Policy policy) {
        boolean quoted = policy.quote().pcrs().contains(pcr) || policy.golden().containsKey(pcr);
        if (root.node(key).isPresent() && !quoted && !root.is(key, ANY)) {
            root.problem(
                    root.line(key), key + " rests on PCR " + pcr + ", which quote.pcrs does not name; add it there");
        }
    }
}
