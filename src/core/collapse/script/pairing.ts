/** Finds images and labels whose orders differ, in Keras and PyTorch scripts. */
import { reportFault, recordRead, type Draft } from './draft';
import { descendants, lastPart, type Call, type Script, type SyntaxNode } from './syntax';

/** Calls that take images and their labels side by side. */
const PAIRING = /^(fit|train_test_split|flow|zip|TensorDataset|evaluate)$/;
/** Two data sets that become one. Each of them can have been shuffled before. */
const SETS = /\bDataset\.zip$/;
const PERMUTES = /^(shuffle|permutation|permuted|randperm|train_test_split)$/;
const LISTS = /^(listdir|glob|iglob|scandir|iterdir)$/;
const TABLES = /^(read_csv|loadtxt|genfromtxt|read_table|read_excel|DictReader)$/;

/** Calls whose results are neither the images nor the labels that a net is trained on. */
const COMPUTES = /^(predict\w*|gradient|softmax|sigmoid|argmax|topk|subplots)$/;

/** A call that gives images or labels an order of their own. */
interface Change {
  readonly call: Call;
  readonly what: 'shuffled' | 'listed';
}

/** Images and labels that meet. */
interface Pair {
  readonly node: SyntaxNode;
  readonly pair: readonly SyntaxNode[];
  /** Whether both are data sets, which can have been shuffled before. */
  readonly sets: boolean;
  /** Whether a method of a data set gives them, again and again. */
  readonly method: boolean;
}

interface Side {
  readonly shuffles: readonly Call[];
  readonly lists: readonly Call[];
  readonly tables: readonly Call[];
}

/** The expressions of the two sides of a pair. */
function pairOf(script: Script, call: Call): [SyntaxNode, SyntaxNode] | null {
  if (call.last === 'from_tensor_slices') {
    const [pair] = call.positional;
    const [x, y] = pair?.type === 'tuple' && pair.children.length === 2 ? pair.children : [];
    return x && y ? [x, y] : null;
  }
  if (!PAIRING.test(call.last) || call.local) return null;
  const [only, ...others] = call.positional;
  if (SETS.test(call.name) && only?.type === 'tuple' && others.length === 0)
    return only.children.length === 2 ? [only.children[0]!, only.children[1]!] : null;
  const x = call.positional[0] ?? call.keywords.get('x');
  const y = call.positional[1] ?? call.keywords.get('y');
  const plain = (node: SyntaxNode | undefined): boolean => node !== undefined && !/splat/.test(node.type);
  return x && y && plain(x) && plain(y) ? [x, y] : null;
}

const IS_LABEL = /(^|_)(y|labels?|targets?|classes)(_|$)/i;
const namesLabels = ({ text }: SyntaxNode): boolean => (text.match(/\w+/g) ?? []).some((word) => IS_LABEL.test(word));

/** What has no order of its own, although it is computed from images or labels: their number. */
const isCount = (node: SyntaxNode): boolean =>
  (node.type === 'call' && node.field('function')?.text === 'len') ||
  (node.type === 'attribute' && /^(shape|size)$/.test(node.field('attribute')?.text ?? ''));

/** Image and label that the data sets of the script return: `return image, label`. */
const returnedPairs = (script: Script): Pair[] =>
  script
    .nodes('function_definition')
    .filter((one) => one.field('name')?.text === '__getitem__')
    .flatMap((one) => descendants(one, 'return_statement'))
    .flatMap((node) => {
      const [value] = node.children;
      const listed = value?.type === 'expression_list' || value?.type === 'tuple';
      return listed && value.children.length === 2 && script.where(node)
        ? [{ node, pair: value.children, sets: false, method: true }]
        : [];
    });

/** `X_train, y_train, X_test, y_test = train_test_split(X, y)`: the second result is images. */
function readSplitOrder(script: Script, draft: Draft): void {
  for (const one of script.nodes('assignment')) {
    const [left, right] = [one.field('left'), one.field('right')];
    const call = right?.type === 'call' ? script.callAt(right) : undefined;
    if (!left || call?.last !== 'train_test_split' || call.local || call.positional.length !== 2) continue;
    const labels = left.children.map((name) => IS_LABEL.test(name.text));
    if (labels.length !== 4 || labels[0] || !labels[1] || labels[2] || !labels[3]) continue;
    const [a, b, c, d] = left.children.map(({ text }) => text);
    recordRead(draft, 'paired', false, one);
    reportFault(draft, one.line, {
      rule: 'split-order',
      severity: 'error',
      sentence: `train_test_split gives the training and the test images first, then their labels: here ${b} has images and ${c} has labels.`,
      remedy: `Write ${a}, ${c}, ${b}, ${d} = train_test_split(…).`,
      fields: ['paired'],
      stated: ['paired'],
      replaces: ['labels-apart'],
    });
  }
}

export function readPairing(script: Script, draft: Draft): void {
  readSplitOrder(script, draft);
  const at = (node: SyntaxNode): number => script.position(node);
  const loops = script.nodes('for_statement');
  const within = new Map<SyntaxNode, SyntaxNode[]>();
  const mark = (node: SyntaxNode, loop: SyntaxNode): void => {
    within.set(node, [...(within.get(node) ?? []), loop]);
    node.children.forEach((one) => mark(one, loop));
  };
  for (const loop of loops) for (const child of loop.children) mark(child, loop);

  /** What a value is computed from, and what the loops that fill it run over. */
  function history(start: SyntaxNode): ReadonlySet<SyntaxNode> {
    const seen = new Set<SyntaxNode>();
    const open: SyntaxNode[] = [start];
    for (let node = open.pop(); node; node = open.pop()) {
      for (const one of script.origins(node, isCount)) {
        if (seen.has(one)) continue;
        seen.add(one);
        if (one.type !== 'call') continue;
        for (const loop of within.get(one) ?? []) {
          const over = loop.field('right');
          if (over && !seen.has(over)) open.push(over);
        }
      }
    }
    return seen;
  }

  const calls = script.calls.filter((call) => !call.local);
  const lone = (call: Call): boolean =>
    call.last !== 'train_test_split' ||
    (call.positional.length === 1 && script.constant(call.keywords.get('shuffle')) !== false);
  /** Whether a shuffle changes an array or a list. The shuffle of a data set keeps images and labels together. */
  const mixes = (call: Call): boolean => {
    const object = call.node.field('function')?.field('object');
    if (call.last !== 'shuffle' || !object) return true;
    const maker = script.callAt(script.resolve(object))?.last ?? '';
    return /^(Random|RandomState|default_rng)$/.test(maker) || /random|sklearn|\brng\b/.test(script.nameAt(object));
  };
  const permuting = calls.filter((call) => PERMUTES.test(call.last) && mixes(call) && lone(call));
  /** `random.shuffle(x)` changes x itself. */
  const inPlace = permuting.filter((call) => call.last === 'shuffle' && call.positional.length === 1);

  /** Whether two names are the same element of a tuple that is not known: `x` in `(x, y), test = load_data()`. */
  const sameElement = (a: SyntaxNode, b: SyntaxNode): boolean => {
    const [one, other] = [script.unpacked(a), b.type === 'identifier' ? script.unpacked(b) : null];
    return one !== null && one.whole === other?.whole && one.parts.join() === other.parts.join();
  };

  const reads = (one: SyntaxNode, target: SyntaxNode): boolean =>
    (one.type === 'identifier' || one.type === 'attribute') && script.resolve(one) === target;
  const isRead = (parts: ReadonlySet<SyntaxNode>, target: SyntaxNode): boolean =>
    [...parts].some((one) => reads(one, target));
  /** Labels that were taken from a list before it is shuffled keep their order: `labels = [p.parent for p in paths]`. */
  const readAfter = (parts: ReadonlySet<SyntaxNode>, target: SyntaxNode, shuffle: Call): boolean =>
    [...parts].some((one) => at(one) > at(shuffle.node) && reads(one, target));

  /** @param before where the pair is made; the methods of a data set also meet what comes later */
  function side(node: SyntaxNode, before: number, { sets, method }: Omit<Pair, 'node' | 'pair'>): Side {
    const parts = history(node);
    const own = calls.filter((call) => parts.has(call.node) && (method || at(call.node) < before));
    const changed = inPlace.filter((call) => {
      const target = script.resolve(call.positional[0]!);
      const later = at(call.node) >= before;
      if (later && !method) return false;
      if (target.type === 'identifier') return [...parts].some((one) => sameElement(target, one));
      return parts.has(target) && (later || readAfter(parts, target, call) || !isRead(parts, target));
    });
    return {
      shuffles: [
        ...new Set([
          ...own.filter((call) => permuting.includes(call) || (sets && call.last === 'shuffle')),
          ...changed,
        ]),
      ],
      lists: own.filter((call) => LISTS.test(call.last)),
      tables: own.filter((call) => TABLES.test(call.last)),
    };
  }

  const seedOf = (call: Call): unknown => {
    const state = call.keywords.get('random_state') ?? call.keywords.get('seed');
    const object = call.node.field('function')?.field('object');
    const maker = object ? script.callAt(script.resolve(object)) : undefined;
    const own = maker && /^(Random|RandomState|default_rng)$/.test(maker.last) ? maker : undefined;
    const value = script.constant(state ?? own?.positional[0]);
    // A generator that is used twice gives two orders, even with a seed.
    return typeof value === 'number' && (state !== undefined || object?.type === 'call') ? value : undefined;
  };
  const reseeds = calls.filter((call) => /^(seed|set_state|setstate|set_seed|manual_seed)$/.test(call.last));
  /** Whether two shuffles give the same order: the same seed, or a seed that is set again before the second. */
  const alike = (a: Call, b: Call): boolean => {
    const [first, second] = at(a.node) < at(b.node) ? [a, b] : [b, a];
    if (seedOf(a) !== undefined && seedOf(a) === seedOf(b)) return true;
    return reseeds.some((one) => at(one.node) > at(first.node) && at(one.node) < at(second.node));
  };
  const sorted = (call: Call): boolean =>
    calls.some(
      (one) =>
        (one.last === 'sorted' || one.last === 'natsorted') &&
        one.positional[0] &&
        script.origins(one.positional[0]).has(call.node),
    ) ||
    calls.some((one) => {
      const object = one.last === 'sort' ? one.node.field('function')?.field('object') : null;
      return object !== null && object !== undefined && script.origins(object).has(call.node);
    });

  function differences(x: Side, y: Side): Change | null {
    const only = (ours: readonly Call[], theirs: readonly Call[]): Call[] =>
      ours.filter((one) => !theirs.includes(one));
    const [ofX, ofY] = [only(x.shuffles, y.shuffles), only(y.shuffles, x.shuffles)];
    const lonely = [
      ...ofX.filter((one) => !ofY.some((other) => alike(one, other))),
      ...ofY.filter((one) => !ofX.some((other) => alike(one, other))),
    ];
    if (lonely[0]) return { call: lonely[0], what: 'shuffled' };
    const [ownX, ownY] = [only(x.lists, y.lists), only(y.lists, x.lists)];
    const tableOnly = x.tables.length === 0 && y.tables.length > 0 && y.lists.length === 0;
    const unsorted = ownX.find((one) => !sorted(one));
    if (tableOnly && unsorted) return { call: unsorted, what: 'listed' };
    // Two lists of the same folder, of which only one is sorted.
    const [a] = ownX;
    const [b] = ownY;
    if (ownX.length === 1 && ownY.length === 1 && a && b && sorted(a) !== sorted(b))
      return { call: sorted(a) ? b : a, what: 'listed' };
    return null;
  }

  /** Whether a call applies a net or a layer. */
  const applies = ({ node }: Call): boolean => {
    const callee = node.field('function');
    const made = callee?.type === 'identifier' ? script.callAt(script.resolve(callee)) : undefined;
    return made !== undefined && /^[A-Z]/.test(made.last) && made.last !== 'Compose';
  };
  /** `zip` also goes through gradients, predictions and axes of a plot side by side. */
  const isOther = (call: Call, pair: readonly SyntaxNode[]): boolean =>
    call.last === 'zip' &&
    !SETS.test(call.name) &&
    (!pair.some(namesLabels) ||
      pair.some((one) => {
        const parts = history(one);
        return calls.some((made) => parts.has(made.node) && (COMPUTES.test(made.last) || applies(made)));
      }));

  const given = script.calls.flatMap((call) => {
    const pair = pairOf(script, call);
    return pair && !isOther(call, pair) ? [{ node: call.node, pair, sets: SETS.test(call.name), method: false }] : [];
  });
  for (const { node, pair, ...kind } of [...given, ...returnedPairs(script)]) {
    const [first, second] = pair.map((one) => side(one, at(node), kind));
    const change = differences(first!, second!);
    if (!change) continue;
    const name = lastPart(change.call.last);
    recordRead(draft, 'paired', false, change.call.node);
    reportFault(
      draft,
      change.call.line,
      change.what === 'shuffled'
        ? {
            rule: 'shuffled-apart',
            severity: 'error',
            sentence: `${name} changes the order of the images or of the labels, but not of both: the images no longer belong to their labels.`,
            remedy:
              'Shuffle both with one and the same order: order = np.random.permutation(len(X)); X, y = X[order], y[order].',
            fields: ['paired'],
            stated: ['paired'],
            replaces: ['labels-apart'],
          }
        : {
            rule: 'listed-apart',
            severity: 'error',
            sentence: `${name} lists the files in no particular order, but the labels come in another order: the images do not belong to their labels.`,
            remedy: 'Look up the label of each file by its name, or sort both in the same way.',
            fields: ['paired'],
            stated: ['paired'],
            replaces: ['labels-apart'],
          },
    );
    return;
  }
}
