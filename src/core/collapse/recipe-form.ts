/** A recipe as a form. The inputs follow from the schema, so a user can enter only what the schema accepts. */
import type { WireRecipe } from '../../contract/model/recipe';
import { RECIPE_VALUES, type RecipeField } from './interventions/index';
import { fieldAndPart, type GroupId, type RecipeScalar } from './interventions/intervention';
import { recipeSchema } from './recipe';

export interface RecipeInput {
  /** A field of the recipe, or a part of one as `field.part`. */
  readonly path: string;
  /** The field that it belongs to: sources and warnings name fields. */
  readonly field: RecipeField;
  readonly title: string;
  readonly kind: 'choice' | 'switch' | 'number';
  /** `choice` only. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** `number` only; null: no bound. The value must be greater than `above`. */
  readonly least: number | null;
  readonly above: number | null;
  readonly most: number | null;
  readonly whole: boolean;
  /** Whether the input may stay empty (null). */
  readonly optional: boolean;
}

export interface RecipeGroup {
  readonly title: string;
  readonly inputs: readonly RecipeInput[];
}

/** In the order in which the form is filled in. */
const GROUPS: Readonly<Record<GroupId, string>> = {
  net: 'Net',
  base: 'Pretrained base',
  output: 'Last layer and loss',
  optimization: 'Optimization',
  feeding: 'Data feeding',
  augmentation: 'Augmentation',
  regularization: 'Regularization',
  use: 'Prediction',
};

/** The part of JSON Schema that is used here. */
interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function inputOf({ path, field, title, words, schema }: (typeof RECIPE_VALUES)[number]): RecipeInput {
  const node = schema.toJSONSchema() as Node;
  const parts = node.anyOf ?? [node];
  const values = parts.flatMap((part) => part.enum ?? (part.const === undefined ? [] : [part.const])).map(String);
  const number = parts.find((part) => part.type === 'number' || part.type === 'integer');
  return {
    path,
    field,
    title,
    kind: values.length > 0 ? 'choice' : number ? 'number' : 'switch',
    options: values.map((value) => ({ value, label: words?.[value] ?? value.replaceAll('-', ' ') })),
    least: number?.minimum ?? null,
    above: number?.exclusiveMinimum ?? null,
    most: number?.maximum ?? null,
    whole: number?.type === 'integer',
    optional: parts.some((part) => part.type === 'null'),
  };
}

/** The whole form, group by group. */
export const recipeForm = (): RecipeGroup[] =>
  Object.entries(GROUPS).map(([id, title]) => ({
    title,
    inputs: RECIPE_VALUES.filter((value) => value.group === id).map(inputOf),
  }));

/** The value at a path; null if the recipe has none there. */
export function recipeValue(recipe: WireRecipe, path: string): RecipeScalar {
  const [field, part] = fieldAndPart(path);
  const value = recipe[field] ?? null;
  if (typeof value !== 'object' || value === null) return value;
  return part === undefined ? null : (value[part] ?? null);
}

/** The recipe with another value at a path; null if the schema refuses it. */
export function withRecipeValue(recipe: WireRecipe, path: string, value: unknown): WireRecipe | null {
  const [field, part] = fieldAndPart(path);
  const entered = part === undefined ? value : { ...(recipe[field] as object), [part]: value };
  const parsed = recipeSchema.safeParse({ ...recipe, [field]: entered });
  return parsed.success ? parsed.data : null;
}
