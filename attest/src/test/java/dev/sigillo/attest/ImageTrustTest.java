package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Who may run")
class ImageTrustTest {

    private static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");
    private static final ForgedKey ROOT = ForgedKey.root("CN=UEFI CA 2011");
    private static final ForgedKey NEWER = ForgedKey.root("CN=UEFI CA 2023");
    private static final ForgedKey VENDOR = ForgedKey.root("CN=Vendor CA");
    private static final ForgedKey SIGNER = ROOT.issue("CN=signer 2011");
    private static final String[] GRUB_5 = {"sbat,1,SBAT Version,sbat,1,https://x", "grub,5,FSF,grub,2.12,https://y"};

    private static List<SignatureList> certificates(ForgedKey... keys) {
        return Arrays.stream(keys)
                .map(key -> SignatureList.certificate(OWNER, key.der()))
                .toList();
    }

    private static List<SignatureList> digest(ForgedImage image) {
        return List.of(SignatureList.hashes(OWNER, List.of(image.digest(HashAlgorithm.SHA256))));
    }

    private static List<SignatureList> certificateHash(ForgedKey key, Bytes time) {
        Bytes tbs = Certificates.tbs(key.chain().getFirst()).orElseThrow();
        Bytes data = Bytes.concat(HashAlgorithm.SHA256.hash(tbs), time);
        return List.of(
                new SignatureList(SignatureList.X509_SHA256, Bytes.empty(), List.of(new SignatureEntry(OWNER, data))));
    }

    private static TrustStore db(ForgedKey... keys) {
        return TrustStore.empty().withDb(certificates(keys));
    }

    private static List<SbatEntry> level(String... lines) throws MalformedException {
        return SbatEntry.parse(Bytes.utf8(String.join("\n", lines)));
    }

    private static ForgedImage image() {
        return ForgedImage.of("code", GRUB_5);
    }

    private static Judgement firmware(ForgedImage image, TrustStore store) {
        return ImageTrust.decide(image.bytes(), store).firmware();
    }

    private static Judgement shim(ForgedImage image, TrustStore store) {
        return ImageTrust.decide(image.bytes(), store).shim();
    }

    private static void allowed(Judgement judgement, TrustDatabase by, int index) {
        assertThat(judgement.allowed()).as(judgement.reason()).isTrue();
        assertThat(judgement.by().orElseThrow().database()).isEqualTo(by);
        assertThat(judgement.by().orElseThrow().index()).isEqualTo(index);
    }

    private static void refused(Judgement judgement, String reason) {
        assertThat(judgement.allowed()).as(judgement.reason()).isFalse();
        assertThat(judgement.reason()).contains(reason);
    }

    private static void refused(Judgement judgement, String reason, TrustDatabase by) {
        refused(judgement, reason);
        assertThat(judgement.by().orElseThrow().database()).isEqualTo(by);
    }

    @Test
    @DisplayName("UEFI 32.5.3.3: a signature that leads to an entry of db lets the image run; the entry is named")
    void signedByDb() {
        Decision decision = ImageTrust.decide(image().signed(SIGNER).bytes(), db(NEWER, ROOT));

        allowed(decision.firmware(), TrustDatabase.DB, 1);
        TrustEntry by = decision.by().orElseThrow();
        assertThat(by.owner()).contains(OWNER);
        assertThat(by.subject()).isEqualTo("CN=UEFI CA 2011");
        assertThat(by.entry()).isEqualTo(HashAlgorithm.SHA256.hash(ROOT.der()).hex());
        assertThat(by.signature()).isEqualTo(OptionalInt.of(0));
        assertThat(decision.reason()).contains("CN=signer 2011", "CN=UEFI CA 2011");
        assertThat(decision.digests()).hasSize(4);
    }

    @Test
    @DisplayName(
            "UEFI 32.5.3.3: db may hold the root, an intermediate or the signer itself, and the root need not be sent")
    void partialChains() {
        ForgedKey intermediate = ROOT.issue("CN=intermediate", true);
        ForgedKey signer = intermediate.issue("CN=signer");

        for (ForgedKey one : List.of(ROOT, intermediate, signer)) {
            allowed(firmware(image().signed(signer), db(one)), TrustDatabase.DB, 0);
            allowed(firmware(image().signed(signer.withoutRoot()), db(one)), TrustDatabase.DB, 0);
        }
        ForgedKey alone = new ForgedKey(signer.key(), signer.chain().subList(0, 1));
        refused(firmware(image().signed(alone), db(ROOT)), "leads to no entry of db");
    }

    @Test
    @DisplayName("UEFI 32.5.3.3: neither signature nor digest in db")
    void unknown() {
        refused(firmware(image(), db(ROOT)), "it is not signed, and its digest is not in db");
        refused(firmware(image().signed(VENDOR), db(ROOT)), "signature 0 by CN=Vendor CA leads to no entry of db");
        refused(firmware(image().signed(SIGNER), TrustStore.empty()), "leads to no entry of db");
    }

    @Test
    @DisplayName("A certificate of the same name under another key vouches for nothing, and is told apart")
    void sameName() {
        refused(firmware(image().signed(SIGNER), db(ForgedKey.root("CN=UEFI CA 2011"))), "has the issuer's name, but");
    }

    @Test
    @DisplayName("RFC 5280 4.2.1.9: a signer that is no authority cannot issue another")
    void leafIssues() {
        refused(firmware(image().signed(SIGNER.issue("CN=below a signer")), db(ROOT)), "leads to no entry of db");
        refused(firmware(image().signed(SIGNER.issue("CN=below a signer")), db(SIGNER)), "may sign none");
    }

    @Test
    @DisplayName("UEFI 32.5.3.3: an image whose digest is in db runs, signed or not")
    void byDigest() {
        allowed(firmware(image(), TrustStore.empty().withDb(digest(image()))), TrustDatabase.DB, 0);
        allowed(firmware(image().signed(VENDOR), TrustStore.empty().withDb(digest(image()))), TrustDatabase.DB, 0);
        refused(firmware(ForgedImage.of("other"), TrustStore.empty().withDb(digest(image()))), "not in db");
    }

    @Test
    @DisplayName("UEFI 32.5.3.3: a digest in dbx refuses, whatever signatures there are")
    void digestRevoked() {
        ForgedImage image = image().signed(SIGNER);
        refused(firmware(image, db(ROOT).withDbx(digest(image()))), "digest is revoked", TrustDatabase.DBX);
        TrustStore both = TrustStore.empty().withDb(digest(image())).withDbx(digest(image()));
        refused(firmware(image(), both), "digest is revoked", TrustDatabase.DBX);
        refused(shim(image, both.withMok(certificates(ROOT))), "digest is revoked", TrustDatabase.DBX);
    }

    @Test
    @DisplayName("UEFI 32.5.3.3: a certificate in dbx revokes signer, intermediate and root")
    void certificateRevoked() {
        ForgedKey intermediate = ROOT.issue("CN=intermediate", true);
        ForgedKey signer = intermediate.issue("CN=signer");
        for (ForgedKey one : List.of(ROOT, intermediate, signer)) {
            TrustStore store = db(ROOT).withDbx(certificates(VENDOR, one));
            Judgement judgement = firmware(image().signed(signer.withoutRoot()), store);
            refused(judgement, "signature 0 by CN=signer is revoked by dbx entry 1", TrustDatabase.DBX);
        }
        allowed(firmware(image().signed(signer), db(ROOT).withDbx(certificates(VENDOR))), TrustDatabase.DB, 0);
    }

    @Test
    @DisplayName("UEFI 32.4.1: the hash of a TBSCertificate revokes it, the anchor in db too, from a time or always")
    void certificateHashRevoked() {
        for (ForgedKey one : List.of(ROOT, SIGNER)) {
            TrustStore store = db(ROOT).withDbx(certificateHash(one, Bytes.zeros(16)));
            refused(firmware(image().signed(SIGNER.withoutRoot()), store), "is revoked by dbx", TrustDatabase.DBX);
        }
        Bytes time =
                new ByteWriter().u16le(2023).u8(5).u8(9).bytes(Bytes.zeros(12)).toBytes();
        TrustStore later = db(ROOT).withDbx(certificateHash(SIGNER, time));
        refused(firmware(image().signed(SIGNER), later), "from 2023-05-09T00:00:00Z on", TrustDatabase.DBX);
    }

    @Test
    @DisplayName("Two signatures: the first that leads to db counts; a damaged one does not spoil the other")
    void dualSigned() {
        ForgedKey newer = NEWER.issue("CN=signer 2023");
        ForgedImage both = image().signed(SIGNER).signed(newer);

        assertThat(firmware(both, db(NEWER)).by().orElseThrow().signature()).isEqualTo(OptionalInt.of(1));
        assertThat(firmware(both, db(NEWER, ROOT)).by().orElseThrow().signature())
                .isEqualTo(OptionalInt.of(0));
        ForgedImage damaged =
                image().certificate(SIGNER.sign(Bytes.zeros(32)), 2).signed(newer);
        allowed(firmware(damaged, db(NEWER, ROOT)), TrustDatabase.DB, 0);
        assertThat(firmware(damaged, db(NEWER, ROOT)).by().orElseThrow().signature())
                .isEqualTo(OptionalInt.of(1));
    }

    @Test
    @DisplayName("Two signatures, one revoked: UEFI 32.5.3.3 refuses the image; shim takes the other")
    void dualSignedOneRevoked() {
        ForgedImage both = image().signed(SIGNER).signed(NEWER.issue("CN=signer 2023"));
        TrustStore store = db(ROOT, NEWER).withDbx(certificates(ROOT));

        refused(firmware(both, store), "one revoked signature outweighs", TrustDatabase.DBX);
        allowed(shim(both, store), TrustDatabase.DB, 1);
    }

    @Test
    @DisplayName("Authenticode: nested signatures do not count, since neither firmware nor shim reads them")
    void nested() {
        Bytes digest = image().digest(HashAlgorithm.SHA256);
        Bytes outer = VENDOR.sign(HashAlgorithm.SHA256, digest, List.of(SIGNER.sign(digest)));
        ForgedImage image = image().certificate(outer, 2);

        refused(firmware(image, db(ROOT)), "leads to no entry of db");
        allowed(firmware(image, db(VENDOR)), TrustDatabase.DB, 0);
        assertThat(ImageTrust.decide(image.bytes(), db(ROOT))
                        .signers()
                        .getFirst()
                        .signature()
                        .orElseThrow()
                        .nested())
                .hasSize(1);
    }

    @Test
    @DisplayName("A signature of another image, by another key, of SHA-1 or of a short key: each has its own reason")
    void flaws() {
        refused(firmware(image().certificate(SIGNER.sign(Bytes.zeros(32)), 2), db(ROOT)), "it is over another image");
        refused(firmware(image().signed(VENDOR.claiming(SIGNER)), db(ROOT)), "does not verify with the key");
        Bytes sha1 = SIGNER.sign(HashAlgorithm.SHA1, image().digest(HashAlgorithm.SHA1), List.of());
        refused(firmware(image().certificate(sha1, 2), db(ROOT)), "SHA-1 digest, which can be forged");
        ForgedKey shortKey = ForgedKey.alone("CN=short", ForgedKey.rsa(1024), false);
        refused(firmware(image().signed(shortKey), db(shortKey)), "RSA key has 1024 bits");
        Bytes sm3 = SIGNER.sign(HashAlgorithm.SM3_256, Bytes.zeros(32), List.of());
        refused(firmware(image().certificate(sm3, 2), db(ROOT)), "unknown hash algorithm 1.2.156.10197.1.401");
        refused(firmware(image().certificate(Bytes.utf8("junk"), 2), db(ROOT)), "no Authenticode signature");
        refused(firmware(image().certificate(SIGNER.sign(Bytes.zeros(32)), 1), db(ROOT)), "type 0x0001");
    }

    @Test
    @DisplayName("Authenticode: one changed byte of the signed content is told from a changed signature")
    void changedContent() {
        Bytes digest = image().digest(HashAlgorithm.SHA256);
        byte[] content = SIGNER.sign(Bytes.zeros(32)).toByteArray();
        digest.copyTo(content, Bytes.of(content).hex().indexOf("0420" + "00".repeat(32)) / 2 + 2);

        refused(firmware(image().certificate(Bytes.of(content), 2), db(ROOT)), "messageDigest attribute is not");
    }

    @Test
    @DisplayName("A SHA-1 signature of a revoked signer still is a revoked signature")
    void weakButRevoked() {
        Bytes sha1 = SIGNER.sign(HashAlgorithm.SHA1, image().digest(HashAlgorithm.SHA1), List.of());
        ForgedImage image = image().certificate(sha1, 2).signed(NEWER);

        refused(firmware(image, db(NEWER).withDbx(certificates(ROOT))), "is revoked by dbx", TrustDatabase.DBX);
    }

    @Test
    @DisplayName("Rule 32: a key whose private half is published is refused by name, wherever it is enrolled")
    void publishedKeys() {
        for (String name : List.of("O=SnakeOil", "CN=DO NOT TRUST - AMI Test PK", "CN=Test PK", "CN=DO NOT SHIP")) {
            ForgedKey published = ForgedKey.root(name);
            TrustStore store = db(published).withMok(certificates(published));
            refused(
                    firmware(image().signed(published.issue("CN=me")), store),
                    "is published",
                    TrustDatabase.PUBLISHED_KEYS);
            refused(shim(image().signed(published), store), "is published", TrustDatabase.PUBLISHED_KEYS);
            assertThat(shim(image().signed(published), store).ground()).isEqualTo(Judgement.Ground.PUBLISHED_KEY);
        }
        ForgedKey honest = ForgedKey.root("CN=Latest PKI of Snakes");
        allowed(firmware(image().signed(honest), db(honest)), TrustDatabase.DB, 0);
    }

    @Test
    @DisplayName("shim: db, the vendor's certificate and MokList vouch; the firmware knows db alone")
    void shimLists() {
        ForgedImage image = image().signed(VENDOR.issue("CN=vendor's signer"));
        TrustStore vendor = db(ROOT).withVendorCertificate(VENDOR.der());
        TrustStore mok = db(ROOT).withMok(certificates(NEWER, VENDOR));

        allowed(shim(image, vendor), TrustDatabase.VENDOR, 0);
        allowed(shim(image, mok), TrustDatabase.MOK_LIST, 1);
        refused(firmware(image, vendor), "leads to no entry of db");
        assertThat(ImageTrust.decide(image.bytes(), vendor).allowed()).isTrue();
        assertThat(ImageTrust.decide(image.bytes(), db(ROOT)).allowed()).isFalse();
        allowed(shim(image(), db(ROOT).withMok(digest(image()))), TrustDatabase.MOK_LIST, 0);
    }

    @Test
    @DisplayName("shim: MokListX and the vendor's dbx revoke by digest and by certificate")
    void shimRevocations() {
        ForgedImage image = image().signed(VENDOR);
        TrustStore store = db(ROOT).withVendorCertificate(VENDOR.der());

        refused(shim(image, store.withMokx(digest(image()))), "digest is revoked", TrustDatabase.MOK_LIST_X);
        refused(shim(image, store.withMokx(certificates(VENDOR))), "is revoked", TrustDatabase.MOK_LIST_X);
        refused(shim(image, store.withVendorDbx(digest(image()))), "digest is revoked", TrustDatabase.VENDOR_DBX);
        refused(shim(image, store.withDbx(certificates(VENDOR))), "is revoked", TrustDatabase.DBX);
    }

    @Test
    @DisplayName("shim: a MOK for kernel modules only lets no boot image pass")
    void modulesOnly() {
        ForgedKey dkms = ForgedKey.alone("CN=dkms", ForgedKey.elliptic(), true);
        refused(shim(image().signed(dkms), TrustStore.empty().withMok(certificates(dkms))), "for kernel modules only");
        allowed(
                shim(image().signed(dkms), TrustStore.empty().withVendorCertificate(dkms.der())),
                TrustDatabase.VENDOR,
                0);
    }

    @Test
    @DisplayName("shim reads SHA-256 signatures of type PKCS#7 alone; the firmware reads more")
    void shimReadsLess() {
        Bytes sha384 = SIGNER.sign(HashAlgorithm.SHA384, image().digest(HashAlgorithm.SHA384), List.of());
        TrustStore store = db(ROOT).withMok(certificates(ROOT));
        allowed(firmware(image().certificate(sha384, 2), store), TrustDatabase.DB, 0);
        refused(shim(image().certificate(sha384, 2), store), "PKCS#7 over SHA-256 only");
        Bytes guid = Bytes.concat(
                Guid.of("4aafd29d-68df-49ee-8aa9-347d375665a7").toBytes(),
                SIGNER.sign(image().digest(HashAlgorithm.SHA256)));
        allowed(firmware(image().certificate(guid, 0x0EF1), store), TrustDatabase.DB, 0);
        refused(shim(image().certificate(guid, 0x0EF1), store), "PKCS#7 over SHA-256 only");
    }

    @Test
    @DisplayName("SBAT: a component below the level refuses; equal, higher and unlisted components pass")
    void sbat() throws MalformedException {
        ForgedImage image = image().signed(ROOT);
        for (String[] fine : new String[][] {
            {"sbat,1,2025021800", "shim,4", "grub,5"}, {"sbat,1,2025021800", "grub,4", "grub.debian,5"}
        }) {
            allowed(shim(image, db(ROOT).withSbatLevel(level(fine))), TrustDatabase.DB, 0);
        }
        Judgement judgement = shim(image, db(ROOT).withSbatLevel(level("sbat,1,2026010100", "shim,4", "grub,6")));
        refused(judgement, "SBAT: grub has generation 5, the level asks for 6", TrustDatabase.SBAT_LEVEL);
        assertThat(judgement.by().orElseThrow().entry()).isEqualTo("grub,6");
        assertThat(ImageTrust.decide(image.bytes(), db(ROOT).withSbatLevel(level("sbat,2,2027")))
                        .allowed())
                .isFalse();
        allowed(firmware(image, db(ROOT).withSbatLevel(level("sbat,1,1", "grub,6"))), TrustDatabase.DB, 0);
    }

    @Test
    @DisplayName("SBAT: shim loads nothing without .sbat, but lets GRUB run a kernel without")
    void withoutSbat() throws MalformedException {
        TrustStore store = db(ROOT).withSbatLevel(level("sbat,1,2025021800"));
        refused(shim(ForgedImage.of("loader").signed(ROOT), store), "no .sbat section");
        allowed(shim(ForgedImage.of("loader").signed(ROOT), db(ROOT)), TrustDatabase.DB, 0);
        ForgedImage broken = ForgedImage.of("loader", "sbat,1", "grub,many").signed(ROOT);
        refused(shim(broken, store), "cannot be read");
        ForgedImage twice = image().section(".sbat", Bytes.utf8("sbat,1\n")).signed(ROOT);
        refused(shim(twice, store), "2 sections .sbat");
    }

    @Test
    @DisplayName(
            "SBAT: rows as shim reads them: a zero byte ends one, a byte order mark is none of it, six columns each")
    void sbatRows() throws MalformedException {
        TrustStore store = db(ROOT).withSbatLevel(level("sbat,1,2025021800", "grub,6"));
        String first = "sbat,1,SBAT Version,sbat,1,https://x";
        String grub = "grub,5,FSF,grub,2.12,https://y";
        for (String text : List.of(first + "\0\0" + grub, "\uFEFF" + grub + "\n" + first, first + "\r" + grub)) {
            ForgedImage image =
                    ForgedImage.of("loader").section(".sbat", Bytes.utf8(text)).signed(ROOT);
            refused(shim(image, store), "grub has generation 5", TrustDatabase.SBAT_LEVEL);
        }
        for (String row : List.of("grub,6", "grub,6,FSF,grub,2.12", "grub,6,FSF,,2.12,https://y")) {
            ForgedImage image = ForgedImage.of("loader")
                    .section(".sbat", Bytes.utf8(first + "\n" + row))
                    .signed(ROOT);
            refused(shim(image, store), "six columns");
        }
    }

    @Test
    @DisplayName("SBAT: a kernel for whatever processor, about which GRUB asks by shim's protocol, needs none")
    void kernel() throws MalformedException {
        TrustStore store = db(ROOT).withSbatLevel(level("sbat,1,2025021800"));
        Bytes kernel = ForgedImage.of("vmlinuz").signed(ROOT).bytes();
        assertThat(ImageTrust.decideKernel(kernel, store).shim().allowed()).isTrue();
        assertThat(ImageTrust.decide(kernel, store).shim().allowed()).isFalse();
    }

    @Test
    @DisplayName(
            "shim that was told to ignore db takes the word of MokList and its vendor alone; the firmware does not")
    void ignoresDb() throws MalformedException {
        TrustStore store = db(ROOT).withShimIgnoringDb();
        Decision decision = ImageTrust.decide(image().signed(ROOT).bytes(), store);
        assertThat(decision.firmware().allowed()).isTrue();
        assertThat(decision.shim().allowed()).isFalse();
        assertThat(ImageTrust.decide(image().signed(ROOT).bytes(), store.withMok(store.db()))
                        .shim()
                        .allowed())
                .isTrue();
    }

    @Test
    @DisplayName("A certificate table that its entries do not fill is refused, as EDK2 does")
    void damagedTable() {
        byte[] bytes = image().signed(ROOT).signed(NEWER).bytes().toByteArray();
        int table = (int) word(bytes, ForgedImage.CERTIFICATE_ENTRY);
        byte[] zero = bytes.clone();
        new ByteWriter().u32le(0).toBytes().copyTo(zero, table);
        byte[] past = bytes.clone();
        new ByteWriter().u32le(1 << 20).toBytes().copyTo(past, table);
        for (byte[] damaged : List.of(zero, past)) {
            refused(ImageTrust.decide(Bytes.of(damaged), db(ROOT)).firmware(), "certificate table is damaged");
        }
        byte[] unpadded = Arrays.copyOf(bytes, bytes.length - padding(bytes, table));
        new ByteWriter()
                .u32le(unpadded.length - (long) table)
                .toBytes()
                .copyTo(unpadded, ForgedImage.CERTIFICATE_ENTRY + 4);
        if (unpadded.length < bytes.length) {
            refused(ImageTrust.decide(Bytes.of(unpadded), db(ROOT)).firmware(), "shorter than its entries");
        }
    }

    private static int padding(byte[] bytes, int table) {
        int first = (int) word(bytes, table);
        int second = (int) word(bytes, table + (first + 7) / 8 * 8);
        return -second & 7;
    }

    private static long word(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
    }

    @Test
    @DisplayName("What loaders disagree about is refused with the reason: bytes behind the table, a file cut short")
    void disagreement() {
        Bytes bytes = image().signed(ROOT).bytes();
        refused(ImageTrust.decide(Bytes.concat(bytes, Bytes.zeros(8)), db(ROOT)).firmware(), "8 bytes follow it");
        refused(ImageTrust.decide(bytes.slice(0, bytes.size() - 8), db(ROOT)).firmware(), "past the end of the file");
        refused(ImageTrust.decide(Bytes.utf8("MZ"), db(ROOT)).firmware(), "no PE image");
    }

    @Tag("broad")
    @Test
    @DisplayName("Every changed byte of a signed image refuses it, or is one that no digest covers")
    void everyByteCounts() {
        Bytes bytes = image().signed(ROOT).bytes();
        ForAll.seeds(400, random -> {
            byte[] changed = bytes.toByteArray();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            boolean outside = at >= 0x40 + 24 + 64 && at < 0x40 + 24 + 68; // CheckSum
            Decision decision = ImageTrust.decide(Bytes.of(changed), db(ROOT));
            int table = (int) word(bytes.toByteArray(), ForgedImage.CERTIFICATE_ENTRY);
            if (at < table) {
                assertThat(decision.allowed())
                        .as("byte %d: %s", at, decision.reason())
                        .isEqualTo(outside);
            }
        });
    }

    @Test
    @DisplayName("Certificates that all bear one name cost a bounded number of verifications, and count for nothing")
    void tangled() {
        List<X509Certificate> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(ForgedKey.root("CN=same").chain().getFirst());
        }
        ForgedKey root = ForgedKey.root("CN=same");
        ForgedKey signer = root.issue("CN=signer");
        all.addAll(signer.chain());
        refused(
                firmware(image().signed(new ForgedKey(signer.key(), reordered(signer, all))), db(root)),
                "no chain can be told");
    }

    private static List<X509Certificate> reordered(ForgedKey signer, List<X509Certificate> all) {
        List<X509Certificate> chain = new ArrayList<>(List.of(signer.chain().getFirst()));
        all.stream().filter(one -> !one.equals(signer.chain().getFirst())).forEach(chain::add);
        return chain;
    }

    @Test
    @DisplayName("More than 16 signatures are a damaged table")
    void manySignatures() {
        ForgedImage image = image();
        for (int i = 0; i < 17; i++) {
            image.signed(SIGNER);
        }
        refused(firmware(image, db(ROOT)), "more than 16 entries");
    }

    @Test
    @DisplayName("Known revocations are told whether the given dbx has them or not")
    void known() {
        RevokedImage shim = RevokedImages.known().all().iterator().next();
        assertThat(RevokedImages.known().source()).contains("microsoft/secureboot_objects");
        assertThat(RevokedImages.known().all()).hasSize(443);
        assertThat(shim.shown()).isNotBlank();
        assertThat(RevokedImages.known().find(dev.sigillo.bytes.Digest.fromHex(HashAlgorithm.SHA256, shim.sha256())))
                .contains(shim);
        assertThat(ImageTrust.decide(image().bytes(), TrustStore.empty()).known())
                .isEmpty();
    }

    @Test
    @DisplayName("Revocation is told apart from trust: an image nobody trusts is not revoked for that")
    void revocation() throws MalformedException {
        Bytes image = image().signed(SIGNER).bytes();
        assertThat(ImageTrust.revocation(image, TrustStore.empty())).isEmpty();
        assertThat(ImageTrust.revocation(image, TrustStore.empty().withDbx(certificates(ROOT))))
                .isPresent();
        assertThat(ImageTrust.revocation(image, TrustStore.empty().withVendorDbx(digest(image()))))
                .isPresent();
        assertThat(ImageTrust.revocation(image, TrustStore.empty().withSbatLevel(level("sbat,1,1", "grub,6"))))
                .isPresent();
    }
}
