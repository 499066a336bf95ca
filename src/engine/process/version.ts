/** Plumbline's version. A test checks that it is equal to the version in package.json. */
export const VERSION = '0.1.0';
