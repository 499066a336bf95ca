/**
 * Imported before anything that builds a schema: zod otherwise tries `new Function` when a schema is made, which the
 * window's
 * content security policy refuses and reports.
 */
import { config } from 'zod';

config({ jitless: true });
