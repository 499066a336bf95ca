/** A table with the predictions of several models is only read once the user has chosen one. */
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { modelsIn } from '../../../../src/core/collapse/several-models';
import { insects, images, guess, outputs, given, read, accuracy, RIGHT, type Image } from './prediction-tables';

/** The error of a reading that must fail. */
function refusal(work: () => unknown): PlumblineError {
  try {
    work();
  } catch (error) {
    if (error instanceof PlumblineError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('a table of predictions', () => {
  const wrong = (image: Image): string => insects[(image.label + 1) % 3]!;
  const tables: [string, readonly string[], readonly (readonly string[])[], string][] = [
    [
      'columns of models',
      ['pred_resnet', 'pred_vgg'],
      given('path,pred_resnet,pred_vgg', (image) => [image.path, wrong(image), insects[guess(image)]!]),
      'The predictions are taken from the column “pred_vgg”.',
    ],
    [
      'columns of models that no word calls predictions',
      ['resnet', 'vgg'],
      given('path,label,resnet,vgg', (image) => [
        image.path,
        insects[image.label]!,
        wrong(image),
        insects[guess(image)]!,
      ]),
      'The predictions are taken from the column “vgg”.',
    ],
    [
      'rows of models',
      ['resnet', 'vgg'],
      [
        ['path', 'model', 'predicted'],
        ...images.flatMap((image) => [
          [image.path, 'resnet', wrong(image)],
          [image.path, 'vgg', insects[guess(image)]!],
        ]),
      ],
      'Only the rows with “vgg” in the column “model” are read.',
    ],
    [
      'rows of folds that predict every image',
      ['0', '1'],
      [
        ['path', 'fold', 'predicted'],
        ...images.flatMap((image) => [
          [image.path, '0', wrong(image)],
          [image.path, '1', insects[guess(image)]!],
        ]),
      ],
      'Only the rows with “1” in the column “fold” are read.',
    ],
    [
      'outputs of models',
      ['a', 'b'],
      given('path,a_ant,a_bee,a_fly,b_ant,b_bee,b_fly', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => Number(insects[k] === wrong(image))),
        ...outputs(image),
      ]),
      'The outputs are taken from “b_ant”, “b_bee” and “b_fly”.',
    ],
    [
      'outputs and classes of models',
      ['a', 'b'],
      given('path,a_ant,a_bee,a_fly,b_ant,b_bee,b_fly,a_pred,b_pred', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => Number(insects[k] === wrong(image))),
        ...outputs(image),
        wrong(image),
        insects[guess(image)]!,
      ]),
      'The outputs are taken from “b_ant”, “b_bee” and “b_fly”.',
    ],
  ];
  it.each(tables)('of several models is only read once one is chosen: %s', (_, models, table, note) => {
    const said = refusal(() => read(table));
    expect(modelsIn(said)).toEqual(models);
    expect(said.message).toContain(`predictions of ${models.length} models`);
    const chosen = importPredictions(table, images, insects, models[1]);
    expect(accuracy(chosen)).toBe(RIGHT);
    expect(chosen.notes.join(' ')).toContain(note);
    expect(accuracy(importPredictions(table, images, insects, models[0]))).toBe(0);
    expect(refusal(() => importPredictions(table, images, insects, 'alexnet')).code).toBe('bad-predictions');
  });

  it('of several models that predict the same needs no choice', () => {
    const both = read(
      given('path,logit_ant,logit_bee,logit_fly,prob_ant,prob_bee,prob_fly', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => (k === guess(image) ? 4 : -2)),
        ...outputs(image),
      ]),
    );
    expect(accuracy(both)).toBe(RIGHT);
    expect(both.notes[0]).toContain('which predict the same');
  });
});
