package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.CertificateName;
import dev.sigillo.attest.Uki;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.AttributeCertificate;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import dev.sigillo.pe.Signature;
import dev.sigillo.uefi.SbatEntry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A PE image as JSON and as a table. */
final class PeText {
    private static final Map<Integer, String> MACHINES =
            Map.of(0x8664, "x64", 0x14C, "x86", 0xAA64, "arm64", 0x1C2, "arm", 0x1C0, "arm", 0x5064, "riscv64");
    private static final Map<Integer, String> SUBSYSTEMS = Map.of(
            2,
            "Windows GUI",
            3,
            "Windows console",
            10,
            "EFI application",
            11,
            "EFI boot service driver",
            12,
            "EFI runtime driver",
            13,
            "EFI ROM");
    private static final List<HashAlgorithm> ALGORITHMS =
            List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512);
    private static final List<String> SBAT_FIELDS = List.of("vendor", "package", "version", "url");

    private PeText() {}

    static ObjectNode json(PeImage image) {
        ObjectNode json = Json.newObject()
                .put("machine", named(image.machine(), "0x%04x", MACHINES))
                .put("subsystem", named(image.subsystem(), "%d", SUBSYSTEMS))
                .put("format", image.isPe32Plus() ? "PE32+" : "PE32")
                .put("size", image.size());
        digests(json.putObject("digests"), image::authenticode);
        if (!image.authenticode(HashAlgorithm.SHA256).equals(image.authenticodePadded(HashAlgorithm.SHA256))) {
            digests(json.putObject("paddedDigests"), image::authenticodePadded);
        }
        ArrayNode sections = json.putArray("sections");
        for (Section section : image.sections()) {
            ObjectNode one = sections.addObject().put("name", Fields.safe(section.name()));
            if (!section.longName().equals(section.name())) {
                one.put("longName", Fields.safe(section.longName()));
            }
            one.put("virtualAddress", section.virtualAddress())
                    .put("virtualSize", section.virtualSize())
                    .put("rawOffset", section.rawOffset())
                    .put("rawSize", section.rawSize());
        }
        ArrayNode signatures = json.putArray("signatures");
        for (AttributeCertificate certificate : image.certificateTable().entries()) {
            ObjectNode one = signatures.addObject().put("index", signatures.size() - 1);
            try {
                signature(one, certificate.signature(), image);
            } catch (MalformedException malformed) {
                one.put("matches", false).put("flaw", Fields.safe(malformed.field() + ": " + malformed.detail()));
            }
        }
        ArrayNode quirks = Json.newObject().putArray("quirks");
        image.quirks().forEach(quirk -> quirks.add(Fields.safe(quirk)));
        sbat(json.putArray("sbat"), image, quirks);
        json.set("quirks", quirks);
        uki(json, image, quirks);
        return json;
    }

    private static String named(int number, String form, Map<Integer, String> names) {
        String text = form.formatted(number);
        return names.containsKey(number) ? text + " (" + names.get(number) + ")" : text;
    }

    static void digests(ObjectNode json, Function<HashAlgorithm, Digest> digest) {
        for (HashAlgorithm algorithm : ALGORITHMS) {
            json.put(algorithm.text(), digest.apply(algorithm).hex());
        }
    }

    private static void signature(ObjectNode json, Signature signature, PeImage image) {
        json.put("digestAlgorithm", signature.digest().algorithm().text())
                .put("digest", signature.digest().hex())
                .put("matches", signature.isIntact(image))
                .put("signer", subject(signature.signer()))
                .put("issuer", CertificateName.of(signature.signer().getIssuerX500Principal()))
                .put("serial", signature.signer().getSerialNumber().toString(16));
        if (!signature.isIntact(image)) {
            json.put(
                    "flaw",
                    Fields.safe(signature
                            .flaw()
                            .orElse("it is over another image: this one's digest is "
                                    + image.authenticode(signature.digest().algorithm())
                                            .hex())));
        }
        ArrayNode chain = json.putArray("chain");
        for (X509Certificate certificate : signature.certificates()) {
            chain.addObject()
                    .put("subject", subject(certificate))
                    .put("issuer", CertificateName.of(certificate.getIssuerX500Principal()))
                    .put("notBefore", certificate.getNotBefore().toInstant().toString())
                    .put("notAfter", certificate.getNotAfter().toInstant().toString());
        }
        signature.timestamp().ifPresent(time -> json.put("timestamp", time.toString()));
        if (!signature.nested().isEmpty()) {
            ArrayNode nested = json.putArray("nested");
            signature.nested().forEach(one -> signature(nested.addObject(), one, image));
            json.put("nestedNote", "firmware and shim do not look at nested signatures");
        }
    }

    private static String subject(X509Certificate certificate) {
        return CertificateName.of(certificate.getSubjectX500Principal());
    }

    private static void sbat(ArrayNode json, PeImage image, ArrayNode quirks) {
        try {
            for (SbatEntry entry : SbatEntry.parse(image.section(".sbat").orElse(Bytes.empty()))) {
                ObjectNode one = json.addObject()
                        .put("component", Fields.safe(entry.component()))
                        .put("generation", entry.generation());
                for (int i = 0; i < Math.min(SBAT_FIELDS.size(), entry.fields().size()); i++) {
                    one.put(SBAT_FIELDS.get(i), Fields.safe(entry.fields().get(i)));
                }
            }
        } catch (MalformedException malformed) {
            quirks.add(Fields.safe(".sbat cannot be read: " + malformed.field() + ": " + malformed.detail()));
        }
    }

    private static void uki(ObjectNode json, PeImage image, ArrayNode quirks) {
        if (image.section(".linux").isEmpty()) {
            return;
        }
        try {
            Uki uki = Uki.of(image);
            ObjectNode one = json.putObject("uki");
            uki.stub().ifPresent(stub -> one.put("stub", Fields.safe(stub)));
            one.put("profiles", uki.profiles());
            for (String text : List.of(".cmdline", ".uname", ".osrel")) {
                image.section(text)
                        .ifPresent(content -> one.put(
                                text.substring(1),
                                Fields.safeLines(content.slice(0, Math.min(content.size(), 4096))
                                        .utf8()
                                        .replace("\0", ""))));
            }
            ArrayNode sections = one.putArray("sections");
            uki.sections(0).forEach(section -> sections.add(section.name()));
        } catch (MalformedException malformed) {
            quirks.add(Fields.safe("as a unified kernel image: " + malformed.field() + ": " + malformed.detail()));
        }
    }

    static String sha256(JsonNode json) {
        return json.path("digests").path("sha256").asString();
    }

    static Table table(ObjectNode json) {
        Table table = new Table("WHAT", "VALUE");
        table.row("machine", json.path("machine").asString());
        table.row("subsystem", json.path("subsystem").asString());
        for (String digests : List.of("digests", "paddedDigests")) {
            json.path(digests)
                    .properties()
                    .forEach(each -> table.row(
                            (digests.equals("digests") ? "" : "padded ") + each.getKey(),
                            each.getValue().asString()));
        }
        json.path("sections")
                .forEach(section -> table.row(
                        "section "
                                + section.path("longName")
                                        .asString(section.path("name").asString()),
                        "%d bytes at %d, in memory %d at 0x%x"
                                .formatted(
                                        section.path("rawSize").asLong(),
                                        section.path("rawOffset").asLong(),
                                        section.path("virtualSize").asLong(),
                                        section.path("virtualAddress").asLong())));
        json.path("signatures")
                .forEach(signature -> table.row(
                        "signature " + signature.path("index").asInt(),
                        (signature.path("matches").asBoolean() ? "matches: " : "does not match: ")
                                + CertificateName.shortened(
                                        signature.path("signer").asString(""))
                                + signature
                                        .path("flaw")
                                        .asString("")
                                        .transform(flaw -> flaw.isEmpty() ? "" : ": " + flaw)));
        json.path("sbat")
                .forEach(entry -> table.row(
                        "SBAT " + entry.path("component").asString(),
                        Integer.toString(entry.path("generation").asInt())));
        json.path("quirks").forEach(quirk -> table.row("quirk", quirk.asString()));
        return table;
    }
}
