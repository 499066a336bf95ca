/** Remedies for images and labels whose orders differ, or whose classes are numbered in two ways. */
import { argument } from '../script/draft';
import type { Call, SyntaxNode } from '../script/syntax';
import { addKeyword, insertAfter, insertBefore, removeKeyword, removeStatement, replace, statementOf } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const PAIRING = /^(fit|train_test_split|flow|zip|TensorDataset|evaluate)$/;

/** The name of an array, also of one that is divided, or of a part of it: `x` of `x / 255` and of `x[:800]`. */
function nameIn(node: SyntaxNode | null | undefined): string | null {
  if (node?.type === 'identifier') return node.text;
  if (node?.type === 'subscript') return nameIn(node.field('value'));
  return node?.type === 'binary_operator' ? nameIn(node.field('left')) : null;
}

/** The names of an array and of those that it was taken from, last first. */
function namesOf({ script }: Ailment, node: SyntaxNode | null): string[] {
  const name = nameIn(node);
  const before = node && script.resolve(node);
  const earlier = before?.type === 'subscript' ? nameIn(before) : null;
  return [name, earlier].flatMap((one) => one ?? []);
}

/** The names of images and labels that calls take side by side. */
export function pairedNames(ailment: Ailment): [string, string][] {
  return callsNamed(ailment, PAIRING).flatMap((call) => {
    const images = namesOf(ailment, argument(call, ['x'], 0));
    const labels = namesOf(ailment, argument(call, ['y'], 1));
    return images.flatMap((name, i): [string, string][] => (labels[i] === undefined ? [] : [[name, labels[i]]]));
  });
}

/** The statement of a shuffle of one array, and the name of that array. */
function shuffleOf({ script }: Ailment, call: Call): { name: string; statement: SyntaxNode } | null {
  const name = nameIn(call.positional[0]);
  const statement = statementOf(script, call.node);
  const whole = statement?.children[0];
  const value = whole?.type === 'assignment' ? whole.field('right') : whole;
  const isAlone = value?.start === call.node.start && value.end === call.node.end;
  return name !== null && statement && isAlone ? { name, statement } : null;
}

/**
 * Statements that shuffle images and labels alike. Without scikit-learn, the same seed gives both the same order; that
 * holds for arrays and for lists.
 */
export function jointShuffle(ailment: Ailment, images: string, labels: string): string[] {
  const imports = nodesOf(ailment, 'import_statement', 'import_from_statement').map(({ text }) => text);
  if (imports.some((text) => /\bsklearn\b/.test(text)))
    return [
      'import sklearn.utils',
      `${images}, ${labels} = sklearn.utils.shuffle(${images}, ${labels}, random_state=0)`,
    ];
  const shuffle = (name: string): string => `np.random.RandomState(0).shuffle(${name})`;
  return [
    ...(imports.some((text) => /\bnumpy as np\b/.test(text)) ? [] : ['import numpy as np']),
    shuffle(images),
    shuffle(labels),
  ];
}

/** Images and labels are shuffled alike. */
function shuffledTogether(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const shuffles = callsNamed(ailment, /^(shuffle|permutation|permuted)$/).flatMap(
    (call) => shuffleOf(ailment, call) ?? [],
  );
  return pairedNames(ailment).flatMap((pair): Way[] => {
    const [first, ...others] = shuffles.filter(({ name }) => pair.includes(name));
    if (!first) return [];
    const lines = jointShuffle(ailment, ...pair);
    return [
      [
        ...lines.slice(0, -1).map((line) => insertBefore(code, first.statement, line)),
        replace(first.statement, lines.at(-1)!),
        ...others.map(({ statement }) => removeStatement(script, code, statement)),
      ],
    ];
  });
}

/** One order is drawn and used for images and labels. */
function oneOrder(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const drawn = callsNamed(ailment, /^(permutation|randperm)$/);
  const [first] = drawn;
  const statement = first && statementOf(script, first.node);
  if (!statement) return [];
  const shared = [
    insertBefore(code, statement, `order = ${first.node.text}`),
    ...drawn.map(({ node }) => replace(node, 'order')),
  ];
  return [
    shared,
    ...pairedNames(ailment).flatMap(([images, labels]) =>
      [images, labels].map((name): Way => [...shared, insertAfter(code, statement, `${name} = ${name}[order]`)]),
    ),
  ];
}

/** Both splits get the same seed, so that they draw the same positions. */
const sameSplit = (ailment: Ailment): Way[] => {
  const splits = callsNamed(ailment, /^train_test_split$/).filter(({ positional }) => positional.length === 1);
  const edits = splits.map((call) => {
    const seed = call.keywords.get('random_state');
    return seed ? replace(seed, '0') : addKeyword(ailment.code, call, 'random_state=0');
  });
  return edits.length > 1 ? [edits] : [];
};

/**
 * The shuffle of one side is left out. A loader or `fit` still shuffles, or the changed script is not taken. Parts by
 * position, as in `x[:800]`, need the shuffle.
 */
const unshuffled = (ailment: Ailment): Way[] =>
  nodesOf(ailment, 'slice').some(({ children }) => children.length > 0)
    ? []
    : callsNamed(ailment, /^shuffle$/).map(({ node }) => {
        const statement = statementOf(ailment.script, node);
        return [statement && removeStatement(ailment.script, ailment.code, statement)];
      });

export const shuffledApartRemedy: CodeRemedy = {
  rules: ['shuffled-apart'],
  reason: () => 'Images and labels now have the same order.',
  ways: (ailment) => [
    ...shuffledTogether(ailment),
    ...oneOrder(ailment),
    ...sameSplit(ailment),
    ...unshuffled(ailment),
  ],
};

/** A table has an order of its own, which sorted files need not have. */
const HAS_TABLE = /^(read_csv|loadtxt|genfromtxt|read_table|read_excel|DictReader)$/;

export const listedApartRemedy: CodeRemedy = {
  rules: ['listed-apart'],
  reason: () => 'The files are listed in the same order for the images and for the labels.',
  ways: (ailment) =>
    callsNamed(ailment, HAS_TABLE).length > 0
      ? []
      : callsNamed(ailment, /^(listdir|glob|iglob|scandir|iterdir)$/).map(({ node }) => [
          replace(node, `sorted(${node.text})`),
        ]),
};

const GENERATORS = /^(flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;
const LIST = ['classes', 'class_names'];

export const classNumbersRemedy: CodeRemedy = {
  rules: ['class-numbers-differ'],
  reason: () => 'Training and validation now number the classes in the same way.',
  ways: (ailment) => {
    const distance = ({ line }: Call): number => Math.abs(line - (ailment.warning.line ?? line));
    const feeds = callsNamed(ailment, GENERATORS).sort((a, b) => distance(a) - distance(b));
    const given = feeds.flatMap((feed) => argument(feed, LIST) ?? []);
    return feeds.flatMap((feed) => {
      const own = argument(feed, LIST);
      return [
        ...given.map((list): Way => [
          own
            ? replace(own, list.text)
            : addKeyword(
                ailment.code,
                feed,
                `${feed.last === 'image_dataset_from_directory' ? 'class_names' : 'classes'}=${list.text}`,
              ),
        ]),
        ...LIST.map((keyword): Way => [removeKeyword(feed, keyword)]),
      ];
    });
  },
};
