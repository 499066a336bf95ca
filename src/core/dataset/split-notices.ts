/** What a split could not give every class, in sentences. */
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

/** A class that some splits hold no image of. */
export interface Lack {
  readonly className: string;
  readonly missing: readonly string[];
  readonly images: number;
  /** Groups that stay together, single images among them. */
  readonly units: number;
}

/** More classes than this share one sentence. */
const ONE_BY_ONE = 2;
const NAMED = 5;

const withoutIt = ({ missing }: Lack): string =>
  `${named(missing)} ${missing.length === 1 ? 'has' : 'have'} none of it`;

/** Of a new split: these classes are too small to be in every part. */
export function tooFew(lacks: readonly Lack[], splits: number): string[] {
  if (lacks.length > ONE_BY_ONE) {
    return [
      `${counted(lacks.length, 'class', 'classes')} cannot be in all of ${counted(splits, 'split')}, having too few images, or images tied together by duplicates: ${named(
        lacks.map(({ className, missing }) => `${quoted(className)} (none in ${named(missing)})`),
        NAMED,
      )}.`,
    ];
  }
  return lacks.map((lack) => {
    const units = lack.units === lack.images ? '' : `, which duplicates tie into ${counted(lack.units, 'group')}`;
    const why = lack.units < splits ? `too few for ${counted(splits, 'split')}` : 'some of them hold other classes too';
    return `Class ${quoted(lack.className)} has ${counted(lack.images, 'image')}${units}: ${why}, so ${withoutIt(lack)}.`;
  });
}

/** Of a split that is kept: mending leaks left these classes out of parts of it, or they were missing there before. */
export function leftOut(lacks: readonly Pick<Lack, 'className' | 'missing'>[]): string[] {
  const why = 'mending only moves what leaks. A new split gives each its share, where there are enough.';
  if (lacks.length > ONE_BY_ONE)
    return [
      `${counted(lacks.length, 'class', 'classes')} have no image in some split: ${named(
        lacks.map(({ className, missing }) => `${quoted(className)} (${named(missing)})`),
        NAMED,
      )}; ${why}`,
    ];
  return lacks.map(({ className, missing }) => `Class ${quoted(className)} has no image in ${named(missing)}: ${why}`);
}
