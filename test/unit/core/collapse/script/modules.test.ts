/** Nets that a script imports from files beside it. */
import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { importedFiles, joinModules } from '../../../../../src/core/collapse/script/modules';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { recipeWarnings } from '../../../../../src/core/collapse/warnings';
import { parsePython } from '../../../../../src/engine/files/python';

const script = (imports: string, net = 'Net(2)'): string => `import torch, torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
${imports}
train = datasets.ImageFolder('train', transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()]))
loader = DataLoader(train, batch_size=16, shuffle=True)
net = ${net}
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(100):
    for x, y in loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
`;
const net = (end: string): string => `import torch
import torch.nn as nn
import torch.nn.functional as F
HIDDEN = 32
class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv = nn.Conv2d(3, HIDDEN, 3)
        self.fc = nn.Linear(HIDDEN, classes)
    def forward(self, x):
        x = F.relu(self.conv(x)).mean((2, 3))
        return ${end}
def make_net(classes):
    return Net(classes)
if __name__ == '__main__':
    print(Net(2))
`;
const SOFTMAX = net('F.softmax(self.fc(x), dim=1)');
const SOUND = net('self.fc(x)');

async function read(source: string, files: Record<string, string>) {
  const setting = { images: 600, imbalanceRatio: 1, classes: 2 };
  const modules = await Promise.all(
    Object.entries(files).map(async ([name, text]) => [name, await parsePython(text)] as const),
  );
  const { root, notes } = joinModules(await parsePython(source), new Map(modules));
  const reading = readScript(root, soundRecipe(setting), 2);
  const accused = recipeWarnings(reading, setting).filter(({ severity }) => severity === 'error');
  return { notes: notes.map(({ sentence }) => sentence), accused: accused.map(({ rule, line }) => `${rule} ${line}`) };
}

describe('a net in a file beside the script', () => {
  it.each([
    ['from models import Net', 'Net(2)', 'models.py'],
    ['from nets.small import Net, make_net', 'make_net(2)', 'nets/small.py'],
    ['from .model import *', 'Net(2)', 'model.py'],
    ['import models', 'models.Net(2)', 'models.py'],
    ['import nets.small as small', 'small.make_net(2)', 'nets/small.py'],
    ['import nets.small', 'nets.small.Net(classes=2)', 'nets/small.py'],
  ])('%s', async (imports, made, file) => {
    expect(importedFiles(script(imports, made))).toEqual([file]);
    const bad = await read(script(imports, made), { [file]: SOFTMAX });
    expect(bad.accused).toEqual(['double-activation 4']);
    expect(bad.notes).toEqual([expect.stringContaining(`${file} beside the script was read too`)]);
    expect((await read(script(imports, made), { [file]: SOUND })).accused).toEqual([]);
  });

  it('a module whose names the script uses for something else is not read', async () => {
    const own = 'import models\nclass Net(nn.Module):\n    def forward(self, x):\n        return x.mean((2, 3))[:, :2]';
    const { notes, accused } = await read(script(own, 'models.Net(2)'), { 'models.py': SOFTMAX });
    expect(accused).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('was not read and is not judged')]);
  });

  it.each(['import models', 'from models import Net', 'from src.network import Net as N', 'from .nets import Net'])(
    '%s is told where it was not read',
    async (imports) => {
      const { notes, accused } = await read(script(imports), {});
      expect(accused).toEqual([]);
      expect(notes).toEqual([expect.stringContaining('was not read and is not judged')]);
    },
  );

  it.each([
    'from torchvision.models import resnet18',
    'from timm.models import create_model',
    'from utils import seed',
  ])('nothing is told of %s', async (imports) => {
    expect((await read(script(imports, 'nn.Sequential(nn.Flatten(), nn.Linear(12288, 2))'), {})).notes).toEqual([]);
  });

  it('no file outside of the folder of the script is named', () => {
    expect(importedFiles('from ..secret import x\nfrom torch import nn\n')).toEqual([]);
  });
});
