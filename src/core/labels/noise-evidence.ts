/** What out-of-sample predictions show about the label noise: the rate of errors, and the pairs that leak. */
import { wrongShare, type WrongShare } from './counting';
import { type CountInPairs, LATER_SHARE, type LeakEvidence, leakEvidence } from './leaks';
import { likelihoods, type NoiseMatrix, weigh } from './noise';
import type { ProbePredictions } from './predictions';

/**
 * Number of searches for leaks. A search can uncover further leaks, because images that leaked into a class hide how
 * the class really looks.
 */
const SEARCHES = 3;

export interface NoiseEvidence extends LeakEvidence {
  readonly wrong: WrongShare;
}

/** A noise model that was fitted with some pairs allowed to leak. */
interface Fitted {
  readonly noise: NoiseMatrix;
  /** P(true class | image), n × classes. */
  readonly truth: Float32Array;
}

/**
 * Finds the evidence of label noise. A model is fitted with the leaks found so far. Its predictions of the true classes
 * are then searched for more leaks, until none is found or the limit of searches is reached.
 * @param predictions P(given label | image), predicted without the image's own label
 * @param fit fits a model to the evidence found so far
 */
export function noiseEvidence<F extends Fitted>(
  predictions: ProbePredictions,
  fit: (evidence: NoiseEvidence) => F,
): { evidence: NoiseEvidence; fitted: F } {
  const { labels, classes } = predictions;
  const wrong = wrongShare(predictions);
  const even = wrong.share / Math.max(1, classes - 1);
  let evidence: NoiseEvidence = { wrong, ...leakEvidence(predictions, even) };
  let fitted = fit(evidence);
  for (let search = 1; search < SEARCHES && evidence.leaks.length > 0; search++) {
    const { truth, noise } = fitted;
    const right = likelyRight(truth, labels, noise);
    const found = leakEvidence({ probabilities: truth, labels, classes }, even, {
      trusted: (i) => right[i] === 1,
      leastShare: LATER_SHARE,
    });
    const more = found.leaks.filter(
      (leak) => !evidence.leaks.some(({ given, truth: from }) => given === leak.given && from === leak.truth),
    );
    if (more.length === 0) break;
    evidence = { ...evidence, leaks: [...evidence.leaks, ...more], leaked: larger(evidence.leaked, found.leaked) };
    fitted = fit(evidence);
  }
  return { evidence, fitted };
}

function larger(a: CountInPairs, b: CountInPairs): CountInPairs {
  return b.count + b.margin > a.count + a.margin ? b : a;
}

/** 1 where the given label is more likely right than wrong. */
function likelyRight(truth: Float32Array, labels: Int32Array, noise: NoiseMatrix): Uint8Array {
  const rows = likelihoods(noise);
  const posterior = new Float64Array(noise.classes);
  return Uint8Array.from(labels, (given, i) => {
    weigh(truth, i, rows[given]!, posterior);
    return posterior[given]! > 0.5 ? 1 : 0;
  });
}
