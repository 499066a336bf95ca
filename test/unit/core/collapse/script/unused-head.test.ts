/** New last layers of nets of torchvision that are put where the net does not look for them. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { torchScript } from './torch-scripts';

const put = (net: string, statement: string, more = ''): string =>
  torchScript({
    net: `net = models.${net}(weights='DEFAULT')\n${statement}${more}`,
    optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-4)',
  });

describe('a new last layer', () => {
  it.each([
    ['efficientnet_b0', 'net.fc = nn.Linear(1280, 2)', 'classifier'],
    ['resnet18', 'net.classifier = nn.Linear(512, 2)', 'fc'],
    ['vit_b_16', 'net.head = nn.Linear(768, 2)', 'heads'],
    ['swin_t', 'net.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(768, 2))', 'head'],
  ])('of %s is not used: %s', async (net, statement, own) => {
    const [found, ...others] = await accusations(put(net, statement), 2, true);
    expect(found).toMatch(/^head-not-used 8: /);
    expect(found).toContain(`its outputs come from “${own}”`);
    expect(others).toEqual([]);
  });

  it.each([
    ['efficientnet_b0', 'net.classifier[1] = nn.Linear(1280, 2)', ''],
    ['resnet18', 'net.fc = nn.Linear(512, 2)', ''],
    ['densenet121', 'net.classifier = nn.Linear(1024, 2)', ''],
    ['vit_b_16', 'net.heads = nn.Linear(768, 2)', ''],
    ['resnet18', 'net.head = nn.Linear(1000, 2)', '\nnet.forward = lambda x: net.head(net.fc(x))'],
    ['resnet18', 'net.head = nn.Linear(1000, 2)', '\ndef run(x):\n    return net.head(net(x))'],
  ])('of %s is not accused: %s%s', async (net, statement, more) => {
    expect(await accusations(put(net, statement, more))).toEqual([]);
  });

  it('of a net of another library is not judged', async () => {
    const source = put('resnet18', 'net.classifier = nn.Linear(512, 2)').replace(
      'models.resnet18',
      'timm.create_model',
    );
    expect((await accusations(source)).join()).not.toContain('head-not-used');
  });
});
