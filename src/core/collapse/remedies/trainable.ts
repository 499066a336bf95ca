/** Remedies for nets that are frozen as a whole. */
import { BACKBONES } from '../script/keras-net';
import { isBackbone, netCall, newHead } from '../script/pytorch-net';
import { isPretrainedNet } from '../script/pytorch-base';
import { objectOf } from '../script/pytorch-run';
import type { Call, Script, SyntaxNode } from '../script/syntax';
import { insertAfter, removeStatement, replace, statementOf, type CodeEdit } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const FROZEN = /(\.trainable|\.requires_grad)$/;

/** The statements that freeze something: with the loop around them, if they are in one. */
function freezes(ailment: Ailment): { node: SyntaxNode; statement: SyntaxNode; loop: SyntaxNode | null }[] {
  const { script } = ailment;
  const set = nodesOf(ailment, 'assignment').filter(
    (node) => node.field('right')?.text === 'False' && FROZEN.test(node.field('left')?.text ?? ''),
  );
  const called = callsNamed(ailment, /^requires_grad_$/).flatMap(({ node, positional: [given] }) =>
    given?.text === 'False' ? [node] : [],
  );
  return [...set, ...called].flatMap((node) => {
    const statement = statementOf(script, node);
    const loop = nodesOf(ailment, 'for_statement').findLast(({ start, end }) => start < node.start && node.end <= end);
    return statement ? [{ node, statement, loop: loop ?? null }] : [];
  });
}

/** The layer that is put in place of the last one of a net, behind the name of the net: `.fc`. */
function assignedHead(script: Script, net: Call): string | null {
  const head = newHead(script, net);
  const left =
    head &&
    script
      .nodes('assignment')
      .find((one) => one.field('right') === head)
      ?.field('left');
  const place = left?.type === 'subscript' ? left.field('value') : left;
  const object = place?.field('object');
  return left && object ? left.text.slice(object.text.length) : null;
}

/** The last layer of a net of torchvision or timm that has no new one, behind the name of the net. */
const ownHead = (net: Call): string =>
  /^timm\./.test(net.name)
    ? '.get_classifier()'
    : /^(resnet|resnext|wide_resnet|regnet|shufflenet|inception|googlenet)/.test(net.last)
      ? '.fc'
      : /^(vit|maxvit)/.test(net.last)
        ? '.heads'
        : /^swin/.test(net.last)
          ? '.head'
          : '.classifier';

/** `loss.requires_grad = True`, which a net whose layers learn does not need. */
const forced = ({ script, code }: Ailment): (CodeEdit | null)[] =>
  nodesOf({ script }, 'assignment').flatMap((node) => {
    const left = node.field('left')?.text ?? '';
    const statement = statementOf(script, node);
    const forces = /loss\w*\.requires_grad$/i.test(left) && node.field('right')?.text === 'True';
    return forces && statement ? [removeStatement(script, code, statement)] : [];
  });

/** In PyTorch, the last layer of a pretrained net is made trainable again behind the loop that freezes all. */
function torchHead(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  return freezes(ailment).flatMap(({ node, statement, loop }): Way[] => {
    const over = loop?.field('right');
    const listed = over?.type === 'call' ? script.callAt(over) : undefined;
    const frozen = listed ? objectOf(listed) : node.type === 'call' ? node.field('function')?.field('object') : null;
    const net = frozen ? netCall(script, frozen) : null;
    if (!frozen || !net || !isBackbone(net) || !isPretrainedNet(script, net)) return [];
    const thaw = insertAfter(
      code,
      loop ?? statement,
      `${frozen.text}${assignedHead(script, net) ?? ownHead(net)}.requires_grad_(True)`,
    );
    return [[thaw, ...forced(ailment)]];
  });
}

/** In Keras, the pretrained base is frozen in place of the net around it, or all layers but the last. */
function kerasHead(ailment: Ailment): Way[] {
  const { script } = ailment;
  const bases = callsNamed(ailment, BACKBONES).filter(({ local }) => !local);
  const [base] = bases;
  if (bases.length !== 1 || !base) return [];
  const name = nodesOf(ailment, 'assignment')
    .find((one) => one.field('right')?.start === base.node.start)
    ?.field('left')?.text;
  return freezes(ailment).flatMap(({ node, loop }): Way[] => {
    const over = loop?.field('right') ?? null;
    const object = over?.type === 'attribute' && over.text.endsWith('.layers') ? over.field('object') : null;
    const place: SyntaxNode | null | undefined = loop ? object : node.field('left')?.field('object');
    if (!place) return [];
    // A name that is bound later, or elsewhere, is not known here.
    const known = name !== undefined && /^\w+$/.test(name) && script.position(base.node) < script.position(node);
    return [
      ...(known && place.text !== name ? [[replace(place, name)]] : []),
      ...(over && object ? [[replace(over, `${over.text}[:-1]`)]] : []),
    ];
  });
}

export const lastLayerRemedy: CodeRemedy = {
  rules: ['all-frozen', 'no-gradient'],
  reason: () => 'The pretrained layers stay frozen, and the last layer learns.',
  ways: (ailment) => (ailment.reading.framework === 'pytorch' ? torchHead(ailment) : kerasHead(ailment)),
};

export const trainableRemedy: CodeRemedy = {
  rules: ['all-frozen'],
  reason: () => 'Frozen layers do not learn. These are now trainable.',
  ways: (ailment) =>
    freezes(ailment).flatMap(({ node, statement }): Way[] => {
      const given = node.type === 'call' ? node.field('arguments')?.children[0] : node.field('right');
      const removed: CodeEdit | null = removeStatement(ailment.script, ailment.code, statement);
      return [...(given ? [[replace(given, 'True')]] : []), ...(node.type === 'call' ? [] : [[removed]])];
    }),
};

/** What was frozen one by one for the second training stays so. */
export const laterTrainingRemedy: CodeRemedy = {
  rules: ['frozen-in-later-training'],
  reason: () => 'Frozen layers do not learn. The net is no longer frozen as a whole before it is trained again.',
  ways: (ailment) =>
    freezes(ailment).map(({ statement }): Way => [removeStatement(ailment.script, ailment.code, statement)]),
};
