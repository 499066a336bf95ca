/** Finds the images and the labels among the columns of a Parquet table, first by what Hugging Face writes into it. */

export interface DeclaredClasses {
  readonly name: string;
  /** The class of each number; null where the values are the classes. */
  readonly classes: readonly string[] | null;
}

export interface ParquetColumns {
  /** Null where the table does not say which column has the images. */
  readonly image: string | null;
  /** The best first. */
  readonly labels: readonly DeclaredClasses[];
}

const LABEL = /^(labels?|class(es)?|class_?name|target|category|fine_labels?|y)$/i;

type Features = Readonly<Record<string, { readonly _type?: unknown; readonly names?: unknown }>>;

/** @param metadata the text of the key `huggingface`; null where there is none */
function featuresOf(metadata: string | null): Features {
  if (metadata === null) return {};
  try {
    const { info } = JSON.parse(metadata) as { info?: { features?: Features } };
    return info?.features ?? {};
  } catch {
    return {};
  }
}

function classesOf(names: unknown): string[] | null {
  if (Array.isArray(names)) return names.map(String);
  // Older versions write the names as an object from numbers to names.
  return typeof names === 'object' && names !== null ? Object.values(names).map(String) : null;
}

/** @param columns top-level columns */
export function parquetColumns(columns: readonly string[], metadata: string | null): ParquetColumns {
  const features = featuresOf(metadata);
  const typed = (type: string): string[] => columns.filter((name) => features[name]?._type === type);
  const images = typed('Image');
  const declared = typed('ClassLabel').sort((a, b) => Number(LABEL.test(b)) - Number(LABEL.test(a)));
  const labels = declared.length > 0 ? declared : columns.filter((name) => LABEL.test(name));
  return {
    image: images[0] ?? columns.find((name) => /^(image|img|picture)s?$/i.test(name)) ?? null,
    labels: labels.map((name) => ({ name, classes: classesOf(features[name]?.names) })),
  };
}
