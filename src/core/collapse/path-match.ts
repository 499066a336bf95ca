export interface NamedImage {
  readonly id: number;
  /** Relative to the root, `/`-separated. */
  readonly path: string;
}

const normal = (path: string): string =>
  path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .replace(/\/{2,}/g, '/');

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether one path is the end of the other: one is relative to a folder further up or further down. */
const sameEnd = (one: string, other: string): boolean =>
  one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);

/**
 * Finds the image for a path in a table: by relative path, then by the longest common end (for absolute paths or
 * another root), then by a file name that only one image has.
 */
export function imageMatcher(images: readonly NamedImage[]): (path: string) => number | null {
  const byPath = new Map(images.map((image) => [normal(image.path), image.id]));
  const byName = new Map<string, NamedImage[]>();
  for (const image of images) {
    const name = nameOf(image.path);
    const list = byName.get(name);
    if (list) list.push(image);
    else byName.set(name, [image]);
  }
  return (path) => {
    const wanted = normal(path);
    const exact = byPath.get(wanted);
    if (exact !== undefined) return exact;
    const named = byName.get(nameOf(wanted)) ?? [];
    const alike = named.filter((image) => sameEnd(wanted, normal(image.path)));
    const [only] = alike.length > 0 ? alike : named;
    return only && (alike.length || named.length) === 1 ? only.id : null;
  };
}
