package dev.sigillo.bytes;

/** Bytes that are not what their format asks for. The only exception that a parser of ours throws on hostile input. */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final int offset;
    private final String detail;

    /**
     * @param field the structure's field, as its specification spells it
     * @param offset where, in bytes from the start of what was parsed
     * @param detail what was seen, and what would be right
     */
    public MalformedException(String field, int offset, String detail) {
        super(field + " at offset " + offset + ": " + detail);
        this.field = field;
        this.offset = offset;
        this.detail = detail;
    }

    public String field() {
        return field;
    }

    public int offset() {
        return offset;
    }

    public String detail() {
        return detail;
    }
}
