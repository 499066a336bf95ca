/** What a user decides in quick succession, and what of it must be there after a kill. */
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

/** Everything that is decided. */
interface Decided {
  readonly acts: ReadonlyMap<number, string>;
  readonly threshold: number | null;
  readonly muted: ReadonlyMap<string, string>;
}

/** What differs, in words. @param known findings whose mutes are compared */
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
  /** After each call that returned; the last is what holds. */
  readonly #returned: Decided[] = [];
  /** What holds if the call that was under way when the app was killed was carried out. */
  #pending: Decided | null = null;
  /** What held before the last act, which an undo brings back; null where something else came between. */
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

  /** Decides until the app is killed. @returns how many decisions returned */
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

  /** @returns what is wrong with what an app that was started again tells; null when nothing is */
  async lost(ask: Call): Promise<string | null> {
    const { decided, shown } = await read(ask, this.#dataset, this.#images);
    const returned = this.#returned.at(-1)!;
    // A mute of a finding that is not there now is kept, but not told; one of an earlier round may have become visible
    // again.
    const known = new Set(
      [...returned.muted.keys(), ...(this.#pending?.muted.keys() ?? [])].filter((key) => shown.has(key)),
    );
    const [first, second] = [returned, this.#pending ?? returned].map((wanted) =>
      differences(wanted, decided, known),
    ) as [string[], string[]];
    return first.length === 0 || second.length === 0
      ? null
      : `of ${this.#returned.length - 1} decisions that had returned not all are there: ${first.slice(0, 3).join(', ')}`;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  /** Mostly decisions on images, now and then an undo, a threshold, a mute. */
  #next(): [name: string, params: object, next: Decided] {
    const now = this.#returned.at(-1)!;
    const kind = this.#random();
    if (kind < 0.05) {
      // Above the default, which is told as none.
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
