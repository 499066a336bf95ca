/** Which images the pretrained network is run on in a lab, so that the lab keeps to its time. */
import { PlumblineError } from '../../contract/errors';
import { spreadOrder } from '../../core/collapse/lab-images';
import { seededRandom } from '../../core/statistics/random';
import { duration } from '../../core/text/duration';
import { integer } from '../../core/text/numbers';
import type { LabInput } from '../training/protocol/lab';
import type { Looking } from './lab-base';

/** Share of a lab's time that the network may take. The rest goes to the yardstick and the nets. */
const SHARE = 1 / 2;
/** With fewer images of a class, a net that learns nothing says nothing about the data. */
const LEAST_OF_CLASS = 15;
const SEED = 1;

export interface LabLooking {
  readonly looking: Looking;
  /** The images that the network was run on, counted in its order; null before it ended. */
  readonly count: () => number | null;
  /** What the user is told if it was not run on all images. */
  readonly notes: () => string[];
}

/**
 * @param images ids of the lab's images
 * @param counted images that an earlier, interrupted lab used, in the same order: the same are used again, however long
 * it takes, because its runs are reused; null if there is none
 * @param spent seconds since the lab was started
 */
export function labLooking(
  { labels, classes, training, validation, leaked, budgetSeconds }: LabInput,
  images: Int32Array,
  counted: number | null,
  spent: () => number,
): LabLooking {
  const all = spreadOrder({ labels, classes }, [training, validation, leaked], seededRandom(SEED));
  const order = counted === null ? all : all.slice(0, counted);
  const present = new Set(order.map((index) => labels[index]!)).size;
  const left = (): number => SHARE * budgetSeconds - spent();
  let count: number | null = null;
  const looked = (found: number): void => {
    const isCut = counted === null && found < order.length && left() <= 0;
    if (isCut && found < LEAST_OF_CLASS * present)
      throw new PlumblineError(
        'no-images',
        `In ${duration(spent())} the pretrained network looked at only ${integer(found)} of the ${integer(order.length)} images of this lab, too few to train on. Start the lab again with a longer time.`,
      );
    // Images at the end that cannot be read are not missing for want of time.
    count = isCut ? found : order.length;
  };
  return {
    looking: { images, order, left: () => (counted === null ? left() : null), looked },
    count: () => count,
    notes: () =>
      count === null || count === all.length
        ? []
        : [
            `To keep to the time, the pretrained network looked at only ${integer(count)} of the ${integer(all.length)} images of this lab; the others were not used.`,
          ],
  };
}
