package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.List;

/**
 * A signature database as files carry it: EFI_SIGNATURE_LISTs alone ({@code .esl}); an EFI_VARIABLE_AUTHENTICATION_2
 * before them ({@code .auth}, dbxupdate files; its signature is not verified); or the four bytes of attributes that
 * Linux's efivarfs puts before a variable's data.
 */
public final class SignatureFile {

    private static final int ATTRIBUTES = 4;
    private static final int AUTHENTICATION_TYPE_AT = 16 + 4;

    private SignatureFile() {}

    /** @throws MalformedException if it is none of these to its last byte */
    public static List<SignatureList> parse(Bytes file) throws MalformedException {
        if (isUpdate(file)) {
            return SignatureList.parseAll(VariableUpdate.parse(file).payload());
        }
        if (hasAttributes(file)) {
            return SignatureList.parseAll(file.slice(ATTRIBUTES, file.size()));
        }
        return SignatureList.parseAll(file);
    }

    /** Revision 0x0200 and type 0x0EF1 behind time and length: what no EFI_SIGNATURE_LIST has there. */
    private static boolean isUpdate(Bytes file) {
        return file.size() > AUTHENTICATION_TYPE_AT + 4
                && file.slice(AUTHENTICATION_TYPE_AT, AUTHENTICATION_TYPE_AT + 4)
                        .equals(Bytes.fromHex("0002f10e"));
    }

    /** Attributes are small numbers (UEFI 8.2): a SignatureType in use never starts with one. */
    private static boolean hasAttributes(Bytes file) throws MalformedException {
        if (file.size() < ATTRIBUTES) {
            return false;
        }
        long first = new ByteReader(file).u32le("Attributes");
        return first < 0x100;
    }

    /** The data of a variable in an efivarfs file, without its four bytes of attributes. */
    public static Bytes variable(Bytes file) throws MalformedException {
        ByteReader in = new ByteReader(file);
        in.u32le("Attributes");
        return in.rest();
    }
}
