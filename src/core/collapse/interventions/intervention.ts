/** What an intervention of the collapse lab is: all that is known of one thing that the lab can change. */
import type { z } from 'zod';
import type { ChecklistId } from '../../../contract/model/checklist';
import type { BaseScale } from './scales';

/** Properties of the data that decide which recipe is sound. */
export interface RecipeSetting {
  /** Training images. */
  readonly images: number;
  /** Size of the largest class divided by the size of the smallest class that has images. */
  readonly imbalanceRatio: number;
  /** Side of the pictures that the net sees, in pixels; 32 where it is not known yet. */
  readonly side?: number;
  /** Scale of the pixels that the recipe's pretrained base expects; absent without a base. */
  readonly expects?: BaseScale;
}

/** The groups of the recipe's form. */
export type GroupId =
  'net' | 'base' | 'output' | 'optimization' | 'feeding' | 'augmentation' | 'regularization' | 'use';

export type RecipeScalar = string | number | boolean | null;

/** One value of a recipe. The form takes its control, bounds and options from the schema. */
export interface RecipeValue<T = RecipeScalar> {
  readonly schema: z.ZodType<T>;
  readonly sound: (setting: RecipeSetting) => T;
  readonly group: GroupId;
  /** Label in the form. */
  readonly title: string;
  /** Recipes that earlier versions stored do not have it. They are completed with the sound value. */
  readonly later?: true;
  /** Words for values that are not plain words themselves. */
  readonly words?: Readonly<Record<string, string>>;
}

/** Values by path: the name of a field, or `field.part` for one part of a field that has several. */
export type RecipeValues = Readonly<Record<string, RecipeValue>>;

type FieldOf<P extends string> = P extends `${infer F}.${string}` ? F : P;
type ValueOf<V> = V extends RecipeValue<infer T> ? T : never;

/** The recipe that consists of these values: parts of one field are one object. */
export type RecipeOf<V> = {
  [F in FieldOf<keyof V & string>]: F extends keyof V
    ? ValueOf<V[F]>
    : { [P in keyof V & string as P extends `${F}.${infer Part}` ? Part : never]: ValueOf<V[P]> };
};

/** A value whose type follows from its schema. */
export const recipePart = <T extends RecipeScalar>(
  spec: Omit<RecipeValue<T>, 'sound'> & { readonly sound: (setting: RecipeSetting) => NoInfer<T> },
): RecipeValue<T> => spec;

/** One training run of the lab: the recipe, its length, and which images it trains on. */
export interface Setup<R> {
  readonly recipe: R;
  /** Weight updates. The lab trains on a part of the images, so this replaces the recipe's epochs. */
  readonly steps: number;
  /** By data intervention: whether the images with this fault are trained on. */
  readonly kept: Readonly<Record<string, boolean>>;
}

interface Changes {
  /** Fields of the recipe, each whole. */
  readonly recipe?: object;
  readonly steps?: number;
  readonly kept?: Readonly<Record<string, boolean>>;
}

/** All readable images of a data set, by position. */
export interface LabCandidates {
  /** Class index of each image. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** Split of each image; null where there is none. */
  readonly splits: readonly (string | null)[];
  /** Images with equal numbers show one picture; −1: no copy is known. */
  readonly groups: ArrayLike<number>;
  /** Whether an image's label is flagged as wrong. */
  readonly flagged: (image: number) => boolean;
  /** Pixels. */
  readonly widths: ArrayLike<number>;
  readonly heights: ArrayLike<number>;
}

/** A fault of images that is removed by leaving them out of training. */
export interface ImageFault {
  readonly has: (image: number, images: LabCandidates) => boolean;
  /** The training images to leave out. */
  readonly find: (training: readonly number[], images: LabCandidates) => number[];
}

export interface Intervention<I extends string, V, R> {
  readonly id: I;
  /** A noun phrase: "learning rate". */
  readonly title: string;
  /** The line of the checklist that it belongs to. */
  readonly checklist: ChecklistId;
  /** The values that it adds to the recipe. */
  readonly values: V;
  /** The fields of the recipe that it changes; empty for the data. */
  readonly fields: readonly (keyof R & string)[];
  /**
   * Whether the sound value is kept even where the user's value is as good: the user's may cost time, and the sound one
   * fits the data.
   */
  readonly keepsSound: boolean;
  /** Whether more updates can make up for this choice, because a net may only learn more slowly with it. */
  readonly slows: boolean;
  /** For an intervention on the data. */
  readonly fault: ImageFault | null;
  /** Whether both do the same, or the user's value is as customary as the sound one. */
  same(user: Setup<R>, sound: Setup<R>): boolean;
  /** What changes in `onto` when this choice is made as in `from`. */
  take(onto: Setup<R>, from: Setup<R>): Changes;
  say(setup: Setup<R>): string;
  /** Other remedies to try if this choice is the remedy. */
  alternatives(): readonly { readonly title: string; readonly recipe: object }[];
}

type Common<I, V> = Pick<Intervention<string, V, never>, 'title' | 'checklist' | 'values'> & {
  readonly id: I;
  readonly keepsSound?: true;
  readonly slows?: true;
};

interface SetupSpec<I, V, R> extends Common<I, V> {
  readonly fields: readonly (keyof R & string)[];
  same(user: Setup<R>, sound: Setup<R>): boolean;
  take(onto: Setup<R>, from: Setup<R>): Changes;
  say(setup: Setup<R>): string;
}

/** An intervention on more than the recipe: on the length of training. */
export const setupIntervention = <const I extends string, V extends RecipeValues, R>(
  spec: SetupSpec<I, V, R>,
): Intervention<I, V, R> => ({ keepsSound: false, slows: false, fault: null, alternatives: () => [], ...spec });

interface RecipeSpec<I, V, R> extends Common<I, V> {
  /** Absent: the fields of `values`. */
  readonly fields?: readonly (keyof R & string)[];
  same(user: R, sound: R): boolean;
  /** Absent: all `values`. */
  take?(onto: R, from: R): Partial<R>;
  say(recipe: R): string;
  alternatives?(): readonly { readonly title: string; readonly recipe: Partial<R> }[];
}

/** `field` and `part` of a path. */
export function fieldAndPart(path: string): readonly [field: string, part: string | undefined] {
  const [field = path, part] = path.split('.');
  return [field, part];
}

function takeValues(paths: readonly string[], onto: object, from: object): Readonly<Record<string, unknown>> {
  const given = from as Readonly<Record<string, unknown>>;
  const changed: Record<string, unknown> = {};
  for (const path of paths) {
    const [field, part] = fieldAndPart(path);
    if (part === undefined) changed[field] = given[field];
    else {
      const before = (changed[field] ?? (onto as Readonly<Record<string, unknown>>)[field]) as object;
      changed[field] = { ...before, [part]: (given[field] as Readonly<Record<string, unknown>>)[part] };
    }
  }
  return changed;
}

/**
 * An intervention on values of the recipe. Where it reads values of another intervention, the parameters of `same`,
 * `take` and `say` name them in their type.
 */
export function recipeIntervention<const I extends string, V extends RecipeValues, R extends RecipeOf<V> = RecipeOf<V>>(
  spec: RecipeSpec<I, V, R>,
): Intervention<I, V, R> {
  const paths = Object.keys(spec.values);
  const fields = [...new Set(paths.map((path) => fieldAndPart(path)[0]))] as (keyof R & string)[];
  const take = (onto: R, from: R): Partial<R> =>
    spec.take?.(onto, from) ?? (takeValues(paths, onto, from) as Partial<R>);
  return setupIntervention<I, V, R>({
    ...spec,
    fields: spec.fields ?? fields,
    same: (user, sound) => spec.same(user.recipe, sound.recipe),
    take: (onto, from) => ({ recipe: take(onto.recipe, from.recipe) }),
    say: ({ recipe }) => spec.say(recipe),
  });
}

interface DataSpec<I> extends Omit<Common<I, object>, 'values' | 'checklist'>, Pick<ImageFault, 'has'> {
  /** Absent: each training image that has the fault. */
  readonly find?: ImageFault['find'];
  /** Said of a run that trains on these images, and of one that leaves them out. */
  readonly kept: string;
  readonly left: string;
}

/** An intervention on the data: images with a fault are left out of training. */
export function dataIntervention<const I extends string>({
  id,
  title,
  has,
  find = (training, images) => training.filter((image) => has(image, images)),
  kept,
  left,
}: DataSpec<I>): Intervention<I, object, object> {
  return {
    id,
    title,
    checklist: 'data',
    values: {},
    fields: [],
    keepsSound: false,
    slows: false,
    fault: { has, find },
    same: (user, sound) => user.kept[id] === sound.kept[id],
    take: (_, from) => ({ kept: { [id]: from.kept[id] === true } }),
    say: (setup) => (setup.kept[id] === true ? kept : left),
    alternatives: () => [],
  };
}
