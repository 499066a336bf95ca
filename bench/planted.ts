/** Data sets with planted faults: a folder beside a `<name>.truth.json` that lists the faults. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder, startEngine } from './engine.ts';

export interface Truth {
  readonly issues?: readonly { readonly path: string; readonly issue: string }[];
  readonly valid_odd?: readonly { readonly path: string; readonly issue: string }[];
  readonly duplicates?: readonly {
    readonly kind: string;
    readonly paths: readonly [string, string];
    readonly cross_split: boolean;
    readonly label_conflict: boolean;
  }[];
  readonly rare?: readonly string[];
  readonly label_noise?: readonly { readonly path: string }[];
}

export interface Found {
  readonly key: string;
  readonly check: string;
  readonly severity: string;
  readonly title: string;
  readonly classes: readonly string[];
  /** Relative paths. */
  readonly images: readonly string[];
  readonly groups: readonly (readonly { readonly path: string; readonly relation: string | null }[])[];
}

export interface Audited {
  readonly name: string;
  readonly truth: Truth;
  readonly images: number;
  readonly findings: readonly Found[];
  readonly seconds: number;
}

export function plantedSets(folder: string): { name: string; root: string; truth: Truth }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.truth.json'))
    .map((file) => file.slice(0, -'.truth.json'.length))
    .filter((name) => existsSync(join(folder, name)))
    .map((name) => ({
      name,
      root: join(folder, name),
      truth: JSON.parse(readFileSync(join(folder, `${name}.truth.json`), 'utf8')) as Truth,
    }));
}

interface FindingRow {
  readonly key: string;
  readonly check: string;
  readonly severity: string;
  readonly title: string;
  readonly classes: string[];
  readonly images: number;
  readonly groups: number;
}
interface Page {
  readonly items: { readonly path: string }[];
}
interface MemberPage {
  readonly members: { readonly card: { readonly path: string }; readonly relation: string | null }[];
}
interface GroupPage {
  readonly groups: (MemberPage & { readonly id: number; readonly size: number })[];
}

/** The most members that one answer may hold. */
const MOST_MEMBERS = 100;

/**
 * Indexes and audits a folder with the built engine, with an empty cache.
 * @param probe also runs the instant probe, after which the duplicates are found with the pretrained network
 */
export async function audited(
  set: {
    readonly name: string;
    readonly root: string;
    readonly truth: Truth;
  },
  probe: boolean,
): Promise<Audited> {
  const cache = scratchFolder('planted');
  const engine = startEngine(cache.path);
  try {
    const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root: set.root });
    const { seconds } = await engine.job('jobs.index', { dataset });
    if (probe) await engine.job('jobs.probe', { dataset, probe: 'instant' });
    const { images } = await engine.call<{ images: number }>('dataset.summary', { dataset });
    const rows = await engine.call<FindingRow[]>('findings.list', { dataset });
    const findings: Found[] = [];
    for (const row of rows) {
      const list: string[] = [];
      const groups: Found['groups'][number][] = [];
      for (let offset = 0; offset < row.images; offset += 1000) {
        const page = await engine.call<Page>('images.list', {
          dataset,
          offset,
          limit: 1000,
          filter: { finding: row.key },
          sort: { by: 'path', descending: false },
        });
        list.push(...page.items.map(({ path }) => path));
      }
      for (let offset = 0; offset < row.groups; offset += 500) {
        const of = { dataset, finding: row.key };
        const first = { ...of, offset, limit: 500, members: MOST_MEMBERS };
        for (const { id, size, members } of (await engine.call<GroupPage>('findings.groups', first)).groups) {
          const all = [...members];
          while (all.length < size) {
            const next = { ...of, group: id, offset: all.length, limit: MOST_MEMBERS };
            all.push(...(await engine.call<MemberPage>('findings.members', next)).members);
          }
          groups.push(all.map(({ card, relation }) => ({ path: card.path, relation })));
        }
      }
      findings.push({ ...row, images: list, groups });
    }
    return { name: set.name, truth: set.truth, images, findings, seconds };
  } finally {
    await engine.stop();
    cache.remove();
  }
}
