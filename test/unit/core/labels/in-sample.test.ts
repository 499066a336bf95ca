import { describe, expect, it } from 'vitest';
import { inSampleSentence } from '../../../../src/core/labels/in-sample';

/** 1,000 images of two classes, alternating; the first `wrong` of them are predicted as the other class. */
function predicted(wrong: number, certainty: number) {
  const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 2);
  const probabilities = Float32Array.from({ length: 2000 }, (_, at) => {
    const i = Math.floor(at / 2);
    return (at % 2 === labels[i]) === i >= wrong ? certainty : 1 - certainty;
  });
  return { labels, probabilities, classes: 2 };
}
const probe = (accuracy: number, doubted = 0, fitted = 0) => ({ name: 'the instant probe', accuracy, doubted, fitted });

describe('in-sample predictions', () => {
  it('are recognized by a probe that errs far more often', () => {
    expect(inSampleSentence(predicted(1, 0.9), [probe(0.7), probe(0.9)])).toBe(
      'The predictions match 99.9 % of the given labels, but the instant probe, which predicts each image without its own label, matches only 90.0 %. A model predicts like this if it was trained on the same images, and then even wrong labels look right. Use cross-validated probabilities, for example from 5 folds. If the predictions are out-of-sample, they contradict only 1 label: the diagnosis shows which.',
    );
  });

  it('are recognized by labels that they fit although a probe doubts them', () => {
    expect(inSampleSentence(predicted(14, 0.8), [probe(0.9, 40, 38)])).toContain(
      'The predictions match 98.6 % of the given labels, including 38 of the 40 labels that the instant probe calls wrong with at least 90 % probability. A model',
    );
    expect(inSampleSentence(predicted(14, 0.8), [probe(0.9, 40, 34)])).toBeNull();
    expect(inSampleSentence(predicted(14, 0.8), [probe(0.9, 15, 15)])).toBeNull();
  });

  it('are not suspected where they contradict the labels that a probe doubts', () => {
    expect(inSampleSentence(predicted(1, 0.9), [probe(0.9, 40, 20)])).toBeNull();
  });

  it('are recognized by their certainty where no probe ran', () => {
    expect(inSampleSentence(predicted(0, 0.995), [])).toContain('with a mean probability of 99.5 %');
    expect(inSampleSentence(predicted(0, 0.95), [])).toBeNull();
  });

  it('are not suspected where another probe finds the labels easy too', () => {
    expect(inSampleSentence(predicted(0, 0.999), [probe(0.985)])).toBeNull();
    expect(inSampleSentence(predicted(4, 0.999), [probe(0.972)])).toBeNull();
  });

  it('are not suspected where they contradict labels as an honest model does', () => {
    expect(inSampleSentence(predicted(16, 0.999), [probe(0.8, 90, 90)])).toBeNull();
    expect(inSampleSentence(predicted(10, 0.999), [])).toBeNull();
  });
});
