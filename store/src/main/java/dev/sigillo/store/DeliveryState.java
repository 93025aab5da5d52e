package dev.sigillo.store;

/** What became of a delivery. */
public enum DeliveryState {
    /** To be tried, for the first time or again. */
    PENDING,
    /** The destination took it. */
    DELIVERED,
    /** It was tried too often, or the destination wants none; a person may have it tried again. */
    DEAD
}
