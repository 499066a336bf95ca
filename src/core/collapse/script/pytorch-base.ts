/** Reads which pretrained base a PyTorch net has, and which of its weights are trained. */
import { argument, recordDefault, recordHead, recordRead, type Draft, layerCount } from './draft';
import { headOnly, wholeFreezes } from './pytorch-parameters';
import { TORCH_BACKBONES } from './pytorch-net';
import type { TorchRun } from './pytorch-run';
import type { Call, Script } from './syntax';

/** Nets of torchvision and timm that start from the weights of ImageNet. Both scale images in the same way. */
export function isPretrainedNet(script: Script, base: Call): boolean {
  const timm = /^timm\./.test(base.name) && base.last === 'create_model';
  if (!timm && !TORCH_BACKBONES.test(base.last)) return false;
  const given = argument(base, ['weights', 'pretrained'], timm ? 1 : 0);
  return given !== null && ![null, false].includes(script.constant(given) as null);
}

/**
 * Records the base, and the layers that follow it as the architecture.
 * @param linear the linear layers of the net
 * @returns false if it is not a pretrained base whose input is known
 */
export function readTorchBase(
  script: Script,
  draft: Draft,
  run: TorchRun,
  base: Call,
  linear: readonly Call[],
): boolean {
  if (!isPretrainedNet(script, base)) return false;
  recordRead(draft, 'baseScale', 'imagenet', base.node);
  const frozen = wholeFreezes(script, run).find(({ net }) => net.node === base.node);
  const changed = script
    .nodes('assignment')
    .find((one) => /\.requires_grad$/.test(one.field('left')?.text ?? '') && one !== frozen?.node);
  const head = headOnly(script, run, base);
  if (head) recordRead(draft, 'base', 'frozen', head);
  else if (frozen && !changed) recordRead(draft, 'base', 'frozen', frozen.node);
  else if (frozen ?? changed) recordRead(draft, 'base', 'last-blocks', changed ?? frozen!.node);
  else recordDefault(draft, 'base', 'whole', 'PyTorch trains all weights unless requires_grad is False');
  const [first] = linear;
  const count = layerCount(linear, linear);
  if (first) recordHead(script, draft, first, count, 'out_features', 1);
  return true;
}
