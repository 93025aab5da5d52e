package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import dev.sigillo.testkit.ForAll;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Boot facts: from an honest log with one thing changed")
class BootFactsTest {

    private static final String CALLING = "Calling EFI Application from Boot Option";
    private static final String SUCCESS = "Exit Boot Services Returned with Success";

    private final List<Logged> events = new ArrayList<>(HonestBoot.events(true));

    private BootFacts facts() throws MalformedException {
        return BootFacts.of(EventLog.parse(new LogForge().of(events)), HashAlgorithm.SHA256);
    }

    private int at(String component) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).component().equals(component)) {
                return i;
            }
        }
        throw new AssertionError("no event for " + component);
    }

    private void unknown(String field, String reason) throws MalformedException {
        assertThat(facts().reason(field).orElse("(known)")).contains(reason);
    }

    private static Logged secureBoot(Bytes value) {
        return HonestBoot.variable(Guid.GLOBAL_VARIABLE, "SecureBoot", value, "SecureBoot");
    }

    @Test
    @DisplayName("An honest log has no reasons and no remarks")
    void honest() throws MalformedException {
        BootFacts facts = facts();
        assertThat(facts.reasons()).isEmpty();
        assertThat(facts.remarks()).isEmpty();
        assertThat(facts.secureBoot()).contains(true);
        assertThat(facts.bootImages()).hasSize(3);
        assertThat(facts.kernelCommandLine()).contains(HonestBoot.COMMAND_LINE);
        assertThat(facts.bootImages().getLast().name()).isEqualTo("kernel /vmlinuz");
    }

    @Test
    @DisplayName("Rule 27: a SecureBoot payload that its digest does not bear out says nothing")
    void payload() throws MalformedException {
        int at = at(Components.SECURE_BOOT_VARIABLE);
        events.set(
                at, events.get(at).withPayload(HonestBoot.secureBootVariable(0).encode()));
        assertThat(facts().secureBoot()).isEmpty();
        unknown("secureBoot", "may be any variable");
        unknown("dbx", "may be any variable");
        events.set(at, events.get(at).withType(EventType.EV_EFI_ACTION));
        unknown("secureBoot", "may be any variable");
    }

    @Test
    @DisplayName("Rule 27: off, measured under a payload that hides it, and on, added before the separator, is not on")
    void hiddenVariable() throws MalformedException {
        int at = at(Components.SECURE_BOOT_VARIABLE);
        Logged on = events.get(at);
        for (int type : new int[] {EventType.EV_EFI_VARIABLE_DRIVER_CONFIG, EventType.EV_EFI_ACTION}) {
            events.set(at, secureBoot(Bytes.of((byte) 0)).withType(type).withPayload(Bytes.utf8("junk")));
            events.add(at + 1, on);
            unknown("secureBoot", "may be any variable");
            events.remove(at + 1);
        }
    }

    @Test
    @DisplayName("Rules 28 and 29: a database under an authority's type is a database still")
    void retypedDatabase() throws MalformedException {
        Bytes other =
                SignatureList.hashes(HonestBoot.OWNER, List.of(Bytes.zeros(32))).encode();
        events.add(at("db"), HonestBoot.authority(Guid.IMAGE_SECURITY_DATABASE, "db", other, "db of another key"));
        unknown("db", "measured 2 times");
    }

    @Test
    @DisplayName("Rule 29: an authority whose payload hides it leaves authorities and SbatLevel unknown")
    void hiddenAuthority() throws MalformedException {
        for (int type : new int[] {EventType.EV_EFI_VARIABLE_AUTHORITY, EventType.EV_EFI_ACTION}) {
            events.add(Logged.of(7, type, Bytes.utf8("sbat,1,2021030218"), Bytes.utf8("junk"), "hidden"));
            unknown("authorities", "incomplete: event ");
            unknown("sbatLevel", "may be another SbatLevel");
            assertThat(facts().secureBoot()).contains(true);
            events.removeLast();
        }
    }

    @Test
    @DisplayName("Rule 27: size 0 is not on; neither 00 nor 01 is not known")
    void values() throws MalformedException {
        int at = at(Components.SECURE_BOOT_VARIABLE);
        events.set(at, secureBoot(Bytes.empty()));
        assertThat(facts().secureBoot()).contains(false);
        events.set(at, secureBoot(Bytes.of((byte) 2)));
        unknown("secureBoot", "00 or 01, expected");
        events.set(at, secureBoot(Bytes.of((byte) 1, (byte) 1)));
        unknown("secureBoot", "00 or 01, expected");
    }

    @Test
    @DisplayName("Rules 25 and 28: a second SecureBoot variable, before or after the separator, under whatever type")
    void duplicates() throws MalformedException {
        Logged off = secureBoot(Bytes.of((byte) 0));
        for (int type : new int[] {
            EventType.EV_EFI_VARIABLE_DRIVER_CONFIG, EventType.EV_EFI_VARIABLE_AUTHORITY, EventType.EV_IPL
        }) {
            for (int at : new int[] {at("PK"), events.size()}) {
                events.add(at, off.withType(type));
                unknown("secureBoot", "measured 2 times");
                events.remove(at);
            }
        }
    }

    @Test
    @DisplayName("Rule 28: a variable after the separator does not count")
    void late() throws MalformedException {
        Logged db = events.remove(at("db"));
        events.add(db);
        assertThat(facts().db()).isEmpty();
        unknown("db", "after the separator");
    }

    @Test
    @DisplayName("Rule 28: PCR 7 is a closed list: strangers, late variables and a lack of authorities are remarked")
    void closed() throws MalformedException {
        events.add(at("PK"), Logged.bound(7, 0x40e, Bytes.utf8("x"), "stranger"));
        assertThat(facts().remarks()).anyMatch(remark -> remark.endsWith("0x40e is none of what PCR 7 holds"));
        events.add(HonestBoot.variable(Guid.GLOBAL_VARIABLE, "Late", Bytes.of((byte) 1), "late"));
        assertThat(facts().remarks()).anyMatch(remark -> remark.endsWith("the variable Late after the separator"));
        events.removeIf(event -> event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY);
        assertThat(facts().remarks()).anyMatch(remark -> remark.contains("names nothing that let an image in"));
    }

    @Test
    @DisplayName("Rule 27: another vendor's SecureBoot is another variable")
    void vendor() throws MalformedException {
        events.set(
                at(Components.SECURE_BOOT_VARIABLE),
                HonestBoot.variable(HonestBoot.OWNER, "SecureBoot", Bytes.of((byte) 1), "SecureBoot"));
        unknown("secureBoot", "no variable SecureBoot");
        assertThat(facts().remarks()).anyMatch(remark -> remark.contains("holds the variable SecureBoot too"));
    }

    @Test
    @DisplayName("Rule 27: UEFI Debug Mode takes Secure Boot's word away; DMA Protection Disabled is remarked")
    void modes() throws MalformedException {
        events.add(at("PK"), HonestBoot.action(7, "DMA Protection Disabled"));
        assertThat(facts().remarks()).anyMatch(remark -> remark.contains("DMA Protection Disabled"));
        assertThat(facts().secureBoot()).contains(true);
        events.add(at("PK"), HonestBoot.action(7, "UEFI Debug Mode"));
        unknown("secureBoot", "UEFI Debug Mode");
    }

    @Test
    @DisplayName("Rule 23: no separator, two, or the error separator in PCR 7 leave nothing known of it")
    void separators() throws MalformedException {
        Logged separator = HonestBoot.separator(7);
        int at = events.indexOf(separator);
        events.add(separator);
        unknown("secureBoot", "2 separators in PCR 7");
        events.removeLast();
        events.set(at, separator.withType(EventType.EV_IPL));
        assertThat(facts().secureBoot())
                .as("by digest, whatever the type claims")
                .contains(true);
        events.remove(at);
        unknown("db", "no separator in PCR 7");
        events.add(at, Logged.bound(7, EventType.EV_SEPARATOR, Bytes.fromHex("00000001"), Components.SEPARATOR));
        unknown("secureBoot", "error separator");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {SUCCESS, "Exit Boot Services Invocation", CALLING})
    @DisplayName("Rule 24: without these actions boot images are withheld")
    void withheld(String action) throws MalformedException {
        events.remove(at(action));
        assertThat(facts().bootImages()).isEmpty();
        unknown("bootImages", "withheld: ");
        assertThat(facts().exitBootServices()).contains(action.equals(CALLING));
    }

    @Test
    @DisplayName("Rule 24: older firmware calls boot options in PCR 5")
    void older() throws MalformedException {
        int at = at(CALLING);
        events.set(at, events.get(at).withPcr(5));
        assertThat(facts().bootImages())
                .extracting(BootImage::attempt)
                .containsOnly(1)
                .hasSize(3);
    }

    @Test
    @DisplayName("Rule 24: ExitBootServices that failed once and then succeeded is an end")
    void retried() throws MalformedException {
        int at = at("Exit Boot Services Invocation");
        events.add(at, HonestBoot.action(5, "Exit Boot Services Returned with Failure"));
        events.add(at, HonestBoot.action(5, "Exit Boot Services Invocation"));
        assertThat(facts().exitBootServices()).contains(true);
        assertThat(facts().bootImages()).hasSize(3);
    }

    @Test
    @DisplayName("Rule 24: an image after ExitBootServices is remarked and does not count; so one before Calling")
    void outside() throws MalformedException {
        events.add(HonestBoot.image("late", "late"));
        events.add(at(CALLING), HonestBoot.image("early", "early"));
        BootFacts facts = facts();
        assertThat(facts.bootImages()).hasSize(3);
        assertThat(facts.remarks())
                .anyMatch(remark -> remark.contains("after ExitBootServices"))
                .anyMatch(remark -> remark.contains("before \"Calling"));
    }

    @Test
    @DisplayName("Rule 22: an image is one by its digest, whatever type and payload claim")
    void disguised() throws MalformedException {
        int at = at(Components.GRUB);
        events.set(
                at,
                events.get(at).withType(EventType.EV_EFI_ACTION).withPayload(Bytes.utf8("Booting something harmless")));
        assertThat(facts().bootImages()).hasSize(3);
        Bytes whole = Bytes.concat(Bytes.utf8("MZ"), Bytes.zeros(500));
        events.set(at, Logged.bound(4, EventType.EV_EFI_ACTION, whole, "the bytes of an image as an action"));
        assertThat(facts().bootImages()).hasSize(3);
        events.set(at, HonestBoot.action(4, "Boot attempts omitted"));
        assertThat(facts().bootImages()).hasSize(2);
    }

    @Test
    @DisplayName("Rule 33: a command line that is labelled a command is told; labels exchanged leave none known")
    void labels() throws MalformedException {
        int at = at(Components.KERNEL_COMMAND_LINE);
        events.set(at, HonestBoot.command(HonestBoot.COMMAND_LINE));
        unknown("kernelCommandLine", "labelled a command");
        events.set(at, events.get(at).withPayload(Bytes.utf8("grub_cmd: something else\0")));
        unknown("grubCommands", "incomplete: event ");
    }

    @Test
    @DisplayName("systemd's stub: the command line is PCR 12's UTF-16 text, in an EV_IPL or a tagged event")
    void stub() throws MalformedException {
        events.removeIf(event -> event.pcr() == 8);
        Bytes text = Bytes.of("root=LABEL=x quiet\0".getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        Bytes tag = new dev.sigillo.bytes.ByteWriter()
                .u32le(0x8D3F2A11L)
                .u32le(text.size())
                .bytes(text)
                .toBytes();
        for (Logged event : List.of(
                Logged.of(12, EventType.EV_IPL, text, text, "line"),
                Logged.of(12, EventType.EV_EVENT_TAG, text, tag, "line"))) {
            events.add(event);
            assertThat(facts().kernelCommandLine()).contains("root=LABEL=x quiet");
            events.remove(event);
        }
        unknown("kernelCommandLine", "a UKI carries its own");
    }

    @Test
    @DisplayName("Rule 31: shim's vendor certificate alone is computable, anything else is not known to be empty")
    void mok() throws Exception {
        assertThat(facts().mok()).extracting(MokEntry::empty).containsOnly(Optional.empty());
        events.set(at("MokList"), HonestBoot.mok("MokList", ""));
        assertThat(facts().mok().getFirst().empty()).contains(true);
        events.set(at("MokListX"), HonestBoot.mok("MokSBState", "\u0001"));
        assertThat(facts().mok().get(1).empty()).as("01 of another variable").isEmpty();
        events.set(at("MokSBState"), HonestBoot.mok("MokListTrusted", "\u0001"));
        assertThat(facts().mok().get(1).empty()).as("01 once").contains(true);
        events.add(HonestBoot.mok("MokListTrusted", "\u0001"));
        assertThat(facts().mok().getLast().empty())
                .as("01 under that name again")
                .isEmpty();
    }

    @Test
    @DisplayName("Who trusted what: nothing is said while PCR 7 holds an authority that cannot be read")
    void unread() throws MalformedException {
        assertThat(facts().bootImages()).allSatisfy(image -> {
            assertThat(image.authorisedBy()).isEmpty();
            assertThat(image.why()).startsWith("cannot be known from this evidence: ");
        });
        events.remove(at(Components.VENDOR_AUTHORITY));
        assertThat(facts().bootImages())
                .allMatch(image -> image.authorisedBy().filter(Authority::inDb).isPresent());
        events.set(at(Components.SECURE_BOOT_VARIABLE), secureBoot(Bytes.of((byte) 0)));
        assertThat(facts().bootImages()).allMatch(image -> image.why().startsWith("Secure Boot was not on"));
    }

    @Test
    @DisplayName("Who trusted what: an authority that an option ROM used first may have let in boot images too")
    void early() throws MalformedException {
        events.remove(at(Components.VENDOR_AUTHORITY));
        assertThat(facts().bootImages()).allMatch(image -> image.authorisedBy().isPresent());
        SignatureList rom = SignatureList.certificate(HonestBoot.OWNER, Bytes.utf8("certificate of an option ROM"));
        Bytes both = Bytes.concat(HonestBoot.DB.encode(), rom.encode());
        events.set(at("db"), HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", both, "db"));
        events.add(
                events.indexOf(HonestBoot.separator(7)),
                HonestBoot.authority(
                        Guid.IMAGE_SECURITY_DATABASE,
                        "db",
                        rom.entries().getFirst().encode(),
                        "option ROM"));
        assertThat(facts().bootImages())
                .allMatch(image -> image.authorisedBy().isEmpty())
                .allMatch(image -> image.candidates().size() == 2);
    }

    @Test
    @DisplayName("Who trusted what: a hash that PCR 7 names let in the image with that digest, and no other")
    void byHash() throws MalformedException {
        events.remove(at(Components.VENDOR_AUTHORITY));
        Bytes entry = Bytes.concat(
                HonestBoot.OWNER.toBytes(),
                Digest.of(HashAlgorithm.SHA256, Bytes.utf8("grub")).value());
        events.add(at(Components.GRUB), HonestBoot.authority(Guid.IMAGE_SECURITY_DATABASE, "db", entry, "hash"));
        assertThat(facts().bootImages().get(1).authorisedBy()).as("db lacks it").isEmpty();
        Bytes hashes = SignatureList.hashes(HonestBoot.OWNER, List.of(entry.slice(16, entry.size())))
                .encode();
        Bytes db = Bytes.concat(HonestBoot.DB.encode(), hashes);
        events.set(at("db"), HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", db, "db"));
        List<BootImage> images = facts().bootImages();
        assertThat(images.get(1).authorisedBy().flatMap(Authority::entry).map(KeyEntry::typeName))
                .contains("sha256");
        assertThat(images.get(2).authorisedBy().flatMap(Authority::entry).map(KeyEntry::typeName))
                .contains("x509");
    }

    @Test
    @DisplayName("Who trusted what: a file with the digest shows signer, entry, SBAT and the level that would block it")
    void file() throws Exception {
        Path path = Vectors.folder().resolve("pe/fbx64-signed-by-sbsign.efi");
        Assumptions.assumeTrue(
                Files.isRegularFile(path), () -> "skipped: no vectors at " + path + "; set SIGILLO_VECTORS");
        Bytes file = Bytes.of(Files.readAllBytes(path));
        PeImage image = PeImage.parse(file);
        Signature signature = image.signatures().getFirst();
        SignatureList db = SignatureList.certificate(
                HonestBoot.OWNER, Bytes.of(signature.signer().getEncoded()));
        Bytes entry = db.entries().getFirst().encode();
        events.removeIf(event -> event.component().equals(Components.VENDOR_AUTHORITY));
        events.set(at("db"), HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", db.encode(), "db"));
        events.set(
                at(Components.SHIM_AUTHORITY),
                HonestBoot.authority(Guid.IMAGE_SECURITY_DATABASE, "db", entry, Components.SHIM_AUTHORITY));
        events.set(
                at(Components.SHIM),
                events.get(at(Components.SHIM)).withDigest(image.authenticode(HashAlgorithm.SHA256)));

        BootFacts facts = facts().with("/boot/efi/fbx64.efi", file);

        BootImage found = facts.bootImages().getFirst();
        assertThat(found.file()).contains("/boot/efi/fbx64.efi");
        assertThat(found.name()).isEqualTo("shim 15.8 (Debian, shim,4)");
        assertThat(found.signer().orElseThrow()).contains("Jsign Code Signing Test Certificate 2024 (RSA)");
        assertThat(found.authorisedBy().flatMap(Authority::subject).orElseThrow())
                .contains("Jsign Code Signing Test Certificate 2024 (RSA)");
        assertThat(found.sbat().orElseThrow()).extracting(SbatEntry::component).contains("shim", "shim.debian");
        assertThat(facts.bootImages().get(1)).isEqualTo(facts().bootImages().get(1));
        assertThat(facts().with("x", Bytes.utf8("no image"))).isEqualTo(facts());
    }

    private Bytes boot(String component, ForgedImage image) {
        events.replaceAll(event -> event.pcr() == 4 && event.component().equals(component)
                ? event.withDigest(new Digest(HashAlgorithm.SHA256, image.digest(HashAlgorithm.SHA256)))
                : event);
        return image.bytes();
    }

    @Test
    @DisplayName("Who trusted what: shim by db, GRUB by shim's vendor certificate, a UKI with its own command line")
    void chain() throws Exception {
        ForgedKey owner = ForgedKey.root("CN=Owner of db");
        ForgedKey vendor = ForgedKey.root("CN=Vendor of shim");
        SignatureList db = SignatureList.certificate(HonestBoot.OWNER, owner.der());
        SignatureList built = SignatureList.certificate(Guid.SHIM_LOCK, vendor.der());
        events.set(at("db"), HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", db.encode(), "db"));
        events.set(
                at(Components.SHIM_AUTHORITY),
                HonestBoot.authority(
                        Guid.IMAGE_SECURITY_DATABASE,
                        "db",
                        db.entries().getFirst().encode(),
                        Components.SHIM_AUTHORITY));
        events.set(
                at(Components.VENDOR_AUTHORITY),
                HonestBoot.authority(
                        Guid.SHIM_LOCK, "MokListRT", built.entries().getFirst().encode(), Components.VENDOR_AUTHORITY));
        events.removeIf(event -> event.pcr() == 8);
        ForgedImage uki = ForgedImage.of("stub", "sbat,1,SBAT Version,sbat,1,u", "systemd-stub,1,s,systemd,257,u")
                .section(".linux", Bytes.utf8("kernel"))
                .section(".cmdline", Bytes.utf8("root=/dev/sda quiet\0"));
        Bytes shim = boot(
                Components.SHIM,
                ForgedImage.of("shim", "sbat,1,SBAT Version,sbat,1,u", "shim,4,UEFI shim,shim,16.1,u")
                        .signed(owner));
        Bytes grub = boot(
                Components.GRUB,
                ForgedImage.of("grub", "sbat,1,SBAT Version,sbat,1,u", "grub,3,F,grub,2.06,u")
                        .signed(vendor));
        Bytes kernel = boot("kernel /vmlinuz", uki.signed(vendor));
        assertThat(facts().bootImages().get(1).candidates()).hasSize(2);

        BootFacts facts =
                facts().with("shimx64.efi", shim).with("grubx64.efi", grub).with("uki.efi", kernel);

        assertThat(facts.bootImages())
                .extracting(image -> image.authorisedBy().map(Authority::text).orElse(image.why()))
                .containsExactly("db: CN=Owner of db", "MokListRT: CN=Vendor of shim", "MokListRT: CN=Vendor of shim");
        assertThat(facts.bootImages())
                .extracting(BootImage::name)
                .containsExactly(
                        "shim 16.1 (shim,4)",
                        "GRUB 2.06 (grub,3)",
                        "UKI uki.efi (UKI by systemd-stub 257 (systemd-stub,1))");
        assertThat(facts.bootImages().get(1).revokedBy()).containsExactly("SBAT level 2024040900 (grub,4)");
        assertThat(facts.bootImages().get(1).signer()).contains("CN=Vendor of shim");
        assertThat(facts.kernelCommandLine()).contains("root=/dev/sda quiet");
        assertThat(facts.reason("kernelCommandLine")).isEmpty();
        assertThat(facts.remarks()).isEmpty();
    }

    @Test
    @DisplayName("SBAT: the first published level that an image is below")
    void levels() throws MalformedException {
        assertThat(SbatLevels.blocking(SbatEntry.parse(Bytes.utf8("grub,3,x\n"))))
                .contains("SBAT level 2024040900 (grub,4)");
        assertThat(SbatLevels.blocking(SbatEntry.parse(Bytes.utf8("shim,4,x\ngrub,5,y\n"))))
                .isEmpty();
    }

    @Tag("broad")
    @Test
    @DisplayName("Rule 16: hostile logs give facts, never an exception, in a time that their size bounds")
    void hostile() {
        Bytes honest = new LogForge().of(events);
        ForAll.seeds(1500, random -> {
            byte[] changed = honest.toByteArray();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                BootFacts.of(EventLog.parse(Bytes.of(changed)), HashAlgorithm.SHA256);
            } catch (MalformedException refused) {
                assertThat(refused).hasMessageContaining("offset");
            }
        });
    }

    @Tag("broad")
    @Test
    @DisplayName("Rule 16: thousands of db entries, authorities and images cost linear time")
    void large() throws MalformedException {
        List<Bytes> hashes = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            hashes.add(Digest.of(HashAlgorithm.SHA256, Bytes.utf8("hash " + i)).value());
        }
        Bytes db = SignatureList.hashes(HonestBoot.OWNER, hashes).encode();
        events.set(at("db"), HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", db, "db"));
        int after = at(Components.SHIM_AUTHORITY);
        for (int i = 0; i < 1500; i++) {
            Bytes entry = Bytes.concat(HonestBoot.OWNER.toBytes(), hashes.get(i));
            events.add(
                    after,
                    Logged.bound(
                            7,
                            EventType.EV_EFI_VARIABLE_AUTHORITY,
                            new VariableData(Guid.IMAGE_SECURITY_DATABASE, "db", entry).encode(),
                            "authority"));
            events.add(at(Components.SHIM), HonestBoot.image("image " + i, "image"));
        }
        Bytes log = new LogForge().of(events);
        BootFacts.of(EventLog.parse(log), HashAlgorithm.SHA256);
        long began = System.nanoTime();
        BootFacts facts = BootFacts.of(EventLog.parse(log), HashAlgorithm.SHA256);
        assertThat(System.nanoTime() - began).isLessThan(2_000_000_000L);
        assertThat(facts.bootImages()).hasSize(1503);
    }
}
