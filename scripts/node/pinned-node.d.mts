/** Types of pinned-node.mjs for the TypeScript scripts; the documentation is there. */
export function whenNpmIsGone(end: () => void): () => void;
