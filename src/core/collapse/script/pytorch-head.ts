/** Finds a new last layer that is put into a net of torchvision under a name that this net does not have. */
import { reportFault, type Draft } from './draft';
import { HEADS, netCall } from './pytorch-net';
import type { Script } from './syntax';

/** The attribute that gives the outputs, by the beginning of the name of the net. */
const OWN_HEADS: readonly (readonly [RegExp, string])[] = [
  [/^(resnet|resnext|wide_resnet|inception|googlenet|shufflenet|regnet)/, 'fc'],
  [/^(vgg|alexnet|densenet|mobilenet|efficientnet|convnext|mnasnet|squeezenet|maxvit)/, 'classifier'],
  [/^vit_/, 'heads'],
  [/^swin/, 'head'],
];

/** Whether a script applies an attribute of this name itself, as in `net.head(features)`, or changes how nets run. */
const mayApply = (script: Script, name: string): boolean =>
  script.calls.some(({ node }) => node.field('function')?.field('attribute')?.text === name) ||
  script.nodes('assignment').some((one) => one.field('left')?.field('attribute')?.text === 'forward');

export function readUnusedHead(script: Script, draft: Draft): void {
  for (const one of script.nodes('assignment')) {
    const left = one.field('left');
    const object = left?.type === 'attribute' ? left.field('object') : null;
    const name = left?.field('attribute')?.text ?? '';
    const net = object && HEADS.test(name) ? netCall(script, object) : null;
    if (!left || !net || net.local || !/^torchvision\.models\./.test(net.name)) continue;
    const own = OWN_HEADS.find(([pattern]) => pattern.test(net.last))?.[1];
    if (own === undefined || own === name || mayApply(script, name)) continue;
    reportFault(draft, one.line, {
      rule: 'head-not-used',
      severity: 'error',
      sentence: `${net.last} has no layer “${name}”: its outputs come from “${own}”. The new layer is never used, and the net keeps its old outputs.`,
      remedy:
        own === 'fc'
          ? `Assign it to ${object!.text}.fc.`
          : `Put it in place of ${object!.text}.${own}, or of the last layer in it.`,
    });
  }
}
