import type { Diagnosis } from '../../contract/model/diagnosis';
import { seededRandom } from '../statistics/random';
import { figuresOf, type ModelPredictions } from './figures';
import { verdictOf } from './verdict';

/**
 * Figures and verdict of one model's predictions. The permutation test is seeded, so the same predictions give the same
 * diagnosis.
 * @param predictions at least one image; probabilities finite and summing to 1 per row
 */
export function diagnose(predictions: ModelPredictions, seed = 7): Diagnosis {
  const figures = figuresOf(predictions);
  return { figures, verdict: verdictOf(figures, seededRandom(seed)) };
}
