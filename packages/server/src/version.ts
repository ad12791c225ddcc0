/** The version of this product; the same as in its package. */
export const VERSION = "0.1.0";
