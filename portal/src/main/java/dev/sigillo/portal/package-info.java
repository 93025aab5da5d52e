/** Pages over the ARM API. */
@org.jspecify.annotations.NullMarked
package dev.sigillo.portal;
