import { describe, expect, it } from 'vitest';
import { recipeSchema, soundRecipe } from '../../../../src/core/collapse/recipe';
import { recipeForm, recipeValue, withRecipeValue } from '../../../../src/core/collapse/recipe-form';

const sound = soundRecipe({ images: 1000, imbalanceRatio: 1 });
const inputs = recipeForm().flatMap((group) => group.inputs);

describe('the form of a recipe', () => {
  it('has an input for every value that the schema knows, once', () => {
    const leaves = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
        : [path];
    expect(inputs.map((input) => input.path).toSorted()).toEqual(leaves(sound, '').toSorted());
    expect(new Set(inputs.map((input) => input.field)).size).toBe(recipeSchema.keyof().options.length);
  });

  it('takes bounds and options from the schema', () => {
    const find = (path: string) => inputs.find((input) => input.path === path);
    expect(find('learningRate')).toMatchObject({ kind: 'number', above: 0, most: 1e6, whole: false, optional: false });
    expect(find('gradientClip')).toMatchObject({ kind: 'number', above: 0, optional: true });
    expect(find('architecture.layers')).toMatchObject({ kind: 'number', least: 0, most: 60, whole: true });
    expect(find('batchNorm')).toMatchObject({ kind: 'switch', options: [] });
    expect(find('prediction.normalization')?.options.map((option) => option.value)).toEqual([
      'standard',
      'unit',
      'symmetric',
      'imagenet',
      'raw',
      'caffe',
      'twice',
      'same',
    ]);
  });

  it('offers no value that the schema refuses, and enters none', () => {
    for (const input of inputs) {
      expect(withRecipeValue(sound, input.path, recipeValue(sound, input.path))).toEqual(sound);
      for (const { value } of input.options)
        expect(recipeValue(withRecipeValue(sound, input.path, value)!, input.path)).toBe(value);
      if (input.above !== null) expect(withRecipeValue(sound, input.path, input.above)).toBeNull();
      if (input.kind === 'number' && !input.optional) expect(withRecipeValue(sound, input.path, null)).toBeNull();
    }
  });
});
