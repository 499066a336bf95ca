/** PyTorch scripts for the tests: one sound script, with parts that can be replaced. */

export const HEAD = `import torch, torch.nn as nn, torch.nn.functional as F, timm
from torchvision import datasets, transforms, models
from torch.utils.data import DataLoader, Subset`;

export const TRANSFORMS =
  'tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])';

export const LOADERS = `train_loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=16, shuffle=True)
test_loader = DataLoader(datasets.ImageFolder('data/test', tf), batch_size=16)`;

/** A net of the script whose forward ends with `result`, where `z` are the outputs of the last layer. */
export const net = (result = 'z', units = '2', init = ''): string => `class Net(nn.Module):
    def __init__(self, classes=${units}):
        super().__init__()
        self.a = nn.Conv2d(3, 16, 3, padding=1)
        self.bn = nn.BatchNorm2d(16)
        self.out = nn.Linear(16, classes)
        self.soft = nn.Softmax(dim=1)${init && `\n        ${init}`}
    def forward(self, x):
        x = F.relu(self.bn(self.a(x))).mean((2, 3))
        z = self.out(x)
        return ${result}
net = Net()`;

export const OPTIMIZER = 'opt = torch.optim.Adam(net.parameters(), lr=1e-3)';

export const LOOP = `for epoch in range(300):
    net.train()
    for x, y in train_loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()`;

const EVALUATION = `    net.eval()
    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in test_loader)`;

export interface Parts {
  readonly head?: string;
  readonly transforms?: string;
  readonly loaders?: string;
  readonly net?: string;
  readonly optimizer?: string;
  readonly loss?: string;
  readonly loop?: string;
  readonly evaluation?: string;
}

export const torchScript = (parts: Parts = {}): string =>
  [
    parts.head ?? HEAD,
    parts.transforms ?? TRANSFORMS,
    parts.loaders ?? LOADERS,
    parts.net ?? net(),
    parts.optimizer ?? OPTIMIZER,
    `crit = ${parts.loss ?? 'nn.CrossEntropyLoss()'}`,
    parts.loop ?? LOOP,
    parts.evaluation ?? EVALUATION,
  ].join('\n');

/** The loop over the batches with another body. */
export const loop = (...body: readonly string[]): string =>
  [
    'for epoch in range(300):',
    '    net.train()',
    '    for i, (x, y) in enumerate(train_loader):',
    ...body.map((one) => `        ${one}`),
  ].join('\n');
