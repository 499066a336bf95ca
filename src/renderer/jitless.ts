/**
 * Must be imported before any module that builds a schema. Otherwise zod tries `new Function` when a schema is built,
 * which the window's content security policy blocks and reports.
 */
import { config } from 'zod';

config({ jitless: true });
