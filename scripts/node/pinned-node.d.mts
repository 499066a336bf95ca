/** What pinned-node.mjs gives to the scripts in TypeScript; it says itself what each does. */
export function whenNpmIsGone(end: () => void): () => void;
