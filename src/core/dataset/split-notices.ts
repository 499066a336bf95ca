/** Sentences about classes that are missing from a split. */
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

/** A class with no image in some splits. */
export interface Lack {
  readonly className: string;
  readonly missing: readonly string[];
  readonly images: number;
  /** Groups that stay together; a single image counts as one. */
  readonly units: number;
}

/** If more classes than this are affected, they share one sentence. */
const ONE_BY_ONE = 2;
const NAMED = 5;

const withoutIt = ({ missing }: Lack): string =>
  `${named(missing)} ${missing.length === 1 ? 'has' : 'have'} no image of this class`;

/** For a new split: classes that are too small to be in every split. */
export function tooFew(lacks: readonly Lack[], splits: number): string[] {
  if (lacks.length > ONE_BY_ONE) {
    return [
      `${counted(lacks.length, 'class', 'classes')} cannot be in all ${counted(splits, 'split')}, because they have too few images or because their duplicates must stay together: ${named(
        lacks.map(({ className, missing }) => `${quoted(className)} (none in ${named(missing)})`),
        NAMED,
      )}.`,
    ];
  }
  return lacks.map((lack) => {
    const units = lack.units === lack.images ? '' : ` in ${counted(lack.units, 'group')} (duplicates stay together)`;
    const why =
      lack.units < splits ? `too few for ${counted(splits, 'split')}` : 'some groups also contain other classes';
    return `Class ${quoted(lack.className)} has ${counted(lack.images, 'image')}${units}: ${why}, so ${withoutIt(lack)}.`;
  });
}

/**
 * For an existing split: classes that have no image in some splits, because leaks were removed or because there was
 * none before.
 */
export function leftOut(lacks: readonly Pick<Lack, 'className' | 'missing'>[]): string[] {
  const why = 'only leaking images are moved. A new split gives each class its share if it has enough images.';
  if (lacks.length > ONE_BY_ONE)
    return [
      `${counted(lacks.length, 'class', 'classes')} have no image in at least one split: ${named(
        lacks.map(({ className, missing }) => `${quoted(className)} (${named(missing)})`),
        NAMED,
      )}; ${why}`,
    ];
  return lacks.map(({ className, missing }) => `Class ${quoted(className)} has no image in ${named(missing)}: ${why}`);
}
