/** Decisions of a user in quick succession, and which of them must be there after a kill. */
import type { Finding, Threshold } from '../../src/contract/model/finding.ts';
import type { Decision, ReviewVerdict } from '../../src/contract/model/review.ts';
import type { Bench, Call } from './bench.ts';

const CLASSES = ['c0', 'c1', 'c2'];
const THRESHOLD = 'tiny-class.warning';

interface Mark {
  readonly verdict: ReviewVerdict;
  readonly label: string | null;
}

const wordsOf = (verdict: ReviewVerdict, label: string | null): string =>
  verdict === 'relabel' ? `relabel ${label ?? ''}` : verdict;

/** All decisions of a user. */
interface Decided {
  readonly acts: ReadonlyMap<number, string>;
  readonly threshold: number | null;
  readonly muted: ReadonlyMap<string, string>;
}

/** The differences in words. @param known findings whose mutes are compared */
function differences(wanted: Decided, found: Decided, known: ReadonlySet<string>): string[] {
  const images = [...new Set([...wanted.acts.keys(), ...found.acts.keys()])].filter(
    (image) => wanted.acts.get(image) !== found.acts.get(image),
  );
  const mutes = [...known].filter((key) => wanted.muted.get(key) !== found.muted.get(key));
  return [
    ...images.map(
      (image) =>
        `image ${image} is “${found.acts.get(image) ?? 'undecided'}” and not “${wanted.acts.get(image) ?? 'undecided'}”`,
    ),
    ...(wanted.threshold === found.threshold
      ? []
      : [`the threshold is ${String(found.threshold)} and not ${String(wanted.threshold)}`]),
    ...mutes.map(
      (key) => `${key} is muted “${found.muted.get(key) ?? 'not'}” and not “${wanted.muted.get(key) ?? 'not'}”`,
    ),
  ];
}

export class Deciding {
  readonly #ask: Call;
  readonly #dataset: string;
  readonly #random: Bench['random'];
  readonly #images: readonly number[];
  readonly #findings: readonly string[];
  /** The state after each call that returned; the last one is valid. */
  readonly #returned: Decided[] = [];
  /** The state if the call in progress was completed when the app was killed. */
  #pending: Decided | null = null;
  /** The state before the last act, which an undo restores; null if something else came between. */
  #before: Decided | null = null;

  private constructor(
    ask: Call,
    dataset: string,
    random: Bench['random'],
    images: readonly number[],
    findings: readonly string[],
    now: Decided,
  ) {
    this.#ask = ask;
    this.#dataset = dataset;
    this.#random = random;
    this.#images = images;
    this.#findings = findings;
    this.#returned.push(now);
  }

  static async start(ask: Call, dataset: string, random: Bench['random']): Promise<Deciding> {
    const { items } = await ask<{ items: { id: number }[] }>('images.list', {
      dataset,
      filter: {},
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 500,
    });
    const images = items.map(({ id }) => id);
    const { decided, shown } = await read(ask, dataset, images);
    return new Deciding(ask, dataset, random, images, [...shown], decided);
  }

  /** Makes decisions until the app is killed. @returns the number of decisions that returned */
  async untilKilled(): Promise<number> {
    for (;;) {
      const [name, params, next] = this.#next();
      this.#pending = next;
      try {
        await this.#ask(name, { dataset: this.#dataset, ...params });
      } catch {
        return this.#returned.length - 1;
      }
      this.#before = name === 'review.act' ? this.#returned.at(-1)! : null;
      this.#returned.push(next);
    }
  }

  /**
   * @returns the difference between the decisions of a restarted app and those made, in words; null if there is none
   */
  async lost(ask: Call): Promise<string | null> {
    const { decided, shown } = await read(ask, this.#dataset, this.#images);
    const returned = this.#returned.at(-1)!;
    // A mute of a finding that does not exist at present is kept but not shown. One from an earlier round may be
    // visible again.
    const known = new Set(
      [...returned.muted.keys(), ...(this.#pending?.muted.keys() ?? [])].filter((key) => shown.has(key)),
    );
    const [first, second] = [returned, this.#pending ?? returned].map((wanted) =>
      differences(wanted, decided, known),
    ) as [string[], string[]];
    return first.length === 0 || second.length === 0
      ? null
      : `some of ${this.#returned.length - 1} decisions that had returned are lost: ${first.slice(0, 3).join(', ')}`;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  /** Mostly decisions on images, sometimes an undo, a threshold or a mute. */
  #next(): [name: string, params: object, next: Decided] {
    const now = this.#returned.at(-1)!;
    const kind = this.#random();
    if (kind < 0.05) {
      // Above the default, because the default is reported as none.
      const value = 30 + Math.floor(this.#random() * 60);
      return ['thresholds.set', { id: THRESHOLD, value }, { ...now, threshold: value }];
    }
    if (kind < 0.1 && this.#findings.length > 0) {
      const [finding, reason] = [this.#pick(this.#findings), `because ${this.#random()}`];
      return ['findings.mute', { finding, reason }, { ...now, muted: new Map([...now.muted, [finding, reason]]) }];
    }
    if (kind < 0.15 && this.#before !== null) return ['review.undo', {}, { ...now, acts: this.#before.acts }];
    const many = kind < 0.25 ? 20 : 1;
    const marks = new Map(
      Array.from({ length: many }, () => this.#pick(this.#images)).map((image): [number, Mark] => {
        const verdict = this.#pick<ReviewVerdict>(['keep', 'relabel', 'exclude', 'unsure']);
        return [image, { verdict, label: verdict === 'relabel' ? this.#pick(CLASSES) : null }];
      }),
    );
    const acts = new Map([
      ...now.acts,
      ...[...marks].map(([image, { verdict, label }]): [number, string] => [image, wordsOf(verdict, label)]),
    ]);
    return [
      'review.act',
      {
        acts: [...marks].map(([image, { verdict, label }]) => ({ image, kind: verdict, label })),
        queue: null,
        note: null,
      },
      { ...now, acts },
    ];
  }
}

async function read(
  ask: Call,
  dataset: string,
  images: readonly number[],
): Promise<{ readonly decided: Decided; readonly shown: ReadonlySet<string> }> {
  const decisions = await ask<{ image: number; decision: Decision }[]>('review.decisions', { dataset, images });
  const threshold = (await ask<Threshold[]>('thresholds.list', { dataset })).find(({ id }) => id === THRESHOLD)!;
  const findings = await ask<Finding[]>('findings.list', { dataset });
  return {
    decided: {
      acts: new Map(decisions.map(({ image, decision: { verdict, label } }) => [image, wordsOf(verdict, label)])),
      threshold: threshold.value === threshold.default ? null : threshold.value,
      muted: new Map(
        findings.flatMap(({ key, muted }): [string, string][] => (muted === null ? [] : [[key, muted.reason]])),
      ),
    },
    shown: new Set(findings.map(({ key }) => key)),
  };
}
