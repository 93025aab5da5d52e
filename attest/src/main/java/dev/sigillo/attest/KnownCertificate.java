package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Locale;
import java.util.Optional;

/** Certificates that Secure Boot rests on in the field, by the SHA-256 of their DER, so that a policy may say their names. */
public enum KnownCertificate {
    MICROSOFT_KEK_CA_2011("a1117f516a32cefcba3f2d1ace10a87972fd6bbe8fe0d0b996e09e65d802a503"),
    MICROSOFT_KEK_CA_2023("3cd3f0309edae228767a976dd40d9f4affc4fbd5218f2e8cc3c9dd97e8ac6f9d"),
    MICROSOFT_UEFI_CA_2011("48e99b991f57fc52f76149599bff0a58c47154229b9f8d603ac40d3500248507"),
    MICROSOFT_UEFI_CA_2023("f6124e34125bee3fe6d79a574eaa7b91c0e7bd9d929c1a321178efd611dad901"),
    MICROSOFT_OPTION_ROM_CA_2023("e5be3e64c6e66a281457ecdece0d6d0787577aad2a3a0144262c10c14ba8d8f1"),
    MICROSOFT_WINDOWS_PCA_2011("e8e95f0733a55e8bad7be0a1413ee23c51fcea64b3c8fa6a786935fddcc71961"),
    MICROSOFT_WINDOWS_CA_2023("076f1fea90ac29155ebf77c17682f75f1fdd1be196da302dc8461e350a9ae330"),
    MICROSOFT_OEM_PK_2023("2f569e8edaf9657dc4951c29598725255c7f821472db71374211fe44d082546f"),
    DEBIAN_CA_2016("079646974bce09b1f04da67bd722d1fb0947ae4c4010bccdbba52d5b23cbf1a2"),
    UBUNTU_CA_2012("ed1fe72cb9ca31c9af5b757afcd733323d675825032e6ced7fe1ae9eb767998c"),
    FEDORA_CA_2020("a3b384810d48f1666d5df01c0684c5f5325b57ef5dee5223d9bf66aeefef332e"),
    RED_HAT_CA_2014("9996c73616ee42f13396c9abfb4b646b538c3c80940474b710afdbe53bf17d32"),
    RED_HAT_CA_2020("40175d4c7c5ab4bd753a493f47952f1d8dcf1c219b836968a693e48bd4766135"),
    RED_HAT_CA_2023("72568059455c1774b3668b5fd67ba3578551925adfa52b6999cad549f52e46d6"),
    RED_HAT_UEFI_CA_2024("c9acbb9ef9054cf8ff920da618813187fbaf35ea1da6bb760b2ca0595e977654"),
    CENTOS_CA_2018("c8644a61601db420d50911810f3831388b6f02363cf63bda77513cc003b81bc5"),
    CENTOS_CA_2020("f1fdf7ae3924a187e0f30a502271cb8369f5f26b8032f026aef6fce7a113d1c4"),
    CENTOS_CA_2025("3d9dd4d7d86e24f8e81d71e9a3f8eb6675e2eccce7e8fa2b6f79c31c01047244"),
    /** Google's endorsement and attestation keys of Compute Engine. */
    GOOGLE_EK_AK_ROOT("594759594b9b61524f6c8ef668f7177f7b9066bc0674f2f49fe9e052be78beb2"),
    /** Two intermediates of Compute Engine's older tree; its root is not published. */
    GOOGLE_TPM_EK_2("5d8dbcf8c8053dd8ffad711b6219355032b7122c34cac0f90ccb49def69ec504"),
    GOOGLE_TPM_EK_3("7132b6ea71101f6c51bb58f98c3798c19b65be510eca0344318900510b593178"),
    /** Azure's virtual TPMs. */
    AZURE_VIRTUAL_TPM_ROOT_2023("e6c596b17f8ffefba5c300f714cfb1260c6028704ecf7becc4ab5018efb00e95");

    private final String sha256;

    KnownCertificate(String sha256) {
        this.sha256 = sha256;
    }

    /** SHA-256 of the certificate in DER. */
    public Digest fingerprint() {
        return Digest.fromHex(HashAlgorithm.SHA256, sha256);
    }

    /** The name that policies use: {@code microsoft-uefi-ca-2011}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The certificate of that name. */
    public static Optional<KnownCertificate> byId(String id) {
        for (KnownCertificate known : values()) {
            if (known.id().equals(id)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** The name of the certificate of that fingerprint. */
    public static Optional<KnownCertificate> byFingerprint(Digest fingerprint) {
        for (KnownCertificate known : values()) {
            if (known.sha256.equals(fingerprint.hex())) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
