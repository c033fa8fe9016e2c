/** The version of this frontend; the server must answer the same one. */
export const VERSION = '0.1.0';
