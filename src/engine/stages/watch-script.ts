/** The recorder that the user's training imports, for Keras and PyTorch. */
import script from '../../../resources/python/plumbline_watch.py?raw';

/** The name under which scripts import it. */
export const WATCH_SCRIPT_NAME = 'plumbline_watch.py';
export const WATCH_SCRIPT: string = script;
