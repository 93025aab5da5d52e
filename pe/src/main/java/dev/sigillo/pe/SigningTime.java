package dev.sigillo.pe;

import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.tsp.TSTInfo;
import org.bouncycastle.cms.SignerInformation;

/** The time in a signature's unsigned attributes: an RFC 3161 token, or a PKCS#9 countersignature. Nothing is verified. */
final class SigningTime {

    private static final ASN1ObjectIdentifier RFC_3161 = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.3.3.1");
    private static final ASN1ObjectIdentifier COUNTERSIGNATURE = new ASN1ObjectIdentifier("1.2.840.113549.1.9.6");

    private SigningTime() {}

    static Optional<Instant> of(SignerInformation signer) {
        AttributeTable unsigned = signer.getUnsignedAttributes();
        if (unsigned == null) {
            return Optional.empty();
        }
        try {
            Attribute token = unsigned.get(RFC_3161);
            if (token != null) {
                return Optional.of(tokenTime(token.getAttrValues().getObjectAt(0)));
            }
            Attribute counter = unsigned.get(COUNTERSIGNATURE);
            if (counter != null) {
                return countersigned(counter.getAttrValues().getObjectAt(0));
            }
            return Optional.empty();
        } catch (IOException | ParseException | RuntimeException unreadable) {
            return Optional.empty(); // an attribute that nobody signed says nothing then
        }
    }

    private static Instant tokenTime(ASN1Encodable token) throws IOException, ParseException {
        SignedData signed =
                SignedData.getInstance(ContentInfo.getInstance(token).getContent());
        ASN1OctetString content =
                ASN1OctetString.getInstance(signed.getEncapContentInfo().getContent());
        return TSTInfo.getInstance(content.getOctets()).getGenTime().getDate().toInstant();
    }

    private static Optional<Instant> countersigned(ASN1Encodable counter) {
        SignerInfo by = SignerInfo.getInstance(counter);
        if (by.getAuthenticatedAttributes() == null) {
            return Optional.empty();
        }
        Attribute time = new AttributeTable(by.getAuthenticatedAttributes()).get(CMSAttributes.signingTime);
        return time == null
                ? Optional.empty()
                : Optional.of(Time.getInstance(time.getAttrValues().getObjectAt(0))
                        .getDate()
                        .toInstant());
    }
}
